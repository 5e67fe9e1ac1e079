package io.wasmchord.embeddings;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A BERT as ONNX Runtime computes it. */
final class OnnxModel implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  OnnxModel(byte[] model, int threads) throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(threads);
    session = environment.createSession(model, options);
  }

  /** The pooled state of {@code ids} after the last layer, of length 1. */
  double[] vector(int[] ids, boolean cls) throws OrtException {
    return vectors(List.of(ids), cls).getFirst();
  }

  /** The same of several texts of the same length, in one run. */
  List<double[]> vectors(List<int[]> texts, boolean cls) throws OrtException {
    long[] shape = {texts.size(), texts.getFirst().length};
    long[] ids = texts.stream().flatMapToInt(Arrays::stream).asLongStream().toArray();
    long[] ones = new long[ids.length];
    Arrays.fill(ones, 1);
    try (OnnxTensor tokens = tensor(ids, shape);
        OnnxTensor mask = tensor(ones, shape);
        OnnxTensor types = tensor(new long[ids.length], shape);
        OrtSession.Result result =
            session.run(
                Map.of("input_ids", tokens, "attention_mask", mask, "token_type_ids", types))) {
      return Arrays.stream((float[][][]) result.get(0).getValue())
          .map(states -> normalized(pooled(states, cls)))
          .toList();
    }
  }

  private OnnxTensor tensor(long[] values, long[] shape) throws OrtException {
    return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
  }

  private static double[] pooled(float[][] states, boolean cls) {
    double[] sum = new double[states[0].length];
    int count = cls ? 1 : states.length;
    for (int t = 0; t < count; t++) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += states[t][i] / count;
      }
    }
    return sum;
  }

  private static double[] normalized(double[] vector) {
    double length = Math.sqrt(Arrays.stream(vector).map(x -> x * x).sum());
    return Arrays.stream(vector).map(x -> x / length).toArray();
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
