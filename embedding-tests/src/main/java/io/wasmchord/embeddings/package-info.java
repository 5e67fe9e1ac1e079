/** Real weights of embedding models, run here and by ONNX Runtime. */
package io.wasmchord.embeddings;
