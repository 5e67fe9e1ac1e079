package io.wasmchord.web.assembler;

/** Types of values, by their code in the binary format (core specification, 5.3.1 and 5.3.2). */
public enum ValueType {
  I32(0x7F),
  I64(0x7E),
  F32(0x7D),
  V128(0x7B);

  final int code;

  ValueType(int code) {
    this.code = code;
  }
}
