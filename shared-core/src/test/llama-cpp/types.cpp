// Quantizes a model as llama.cpp does by default for Q4_K_M, and prints each tensor's type: a line of "name type" for each.
// What it is built with: docs/adding-an-architecture.md.
#include "ggml.h"
#include "gguf.h"
#include "llama.h"

#include <cstdio>

int main(int count, char **arguments) {
  if (count != 3) {
    std::fputs("types MODEL.gguf QUANTIZED.gguf\n", stderr);
    return 2;
  }
  llama_log_set([](ggml_log_level, const char *, void *) {}, nullptr);
  llama_model_quantize_params params = llama_model_quantize_default_params();
  params.ftype = LLAMA_FTYPE_MOSTLY_Q4_K_M;
  params.nthread = 1;
  if (llama_model_quantize(arguments[1], arguments[2], &params) != 0) {
    return 1;
  }
  gguf_context *file = gguf_init_from_file(arguments[2], {/*.no_alloc =*/true, /*.ctx =*/nullptr});
  if (file == nullptr) {
    return 1;
  }
  for (int64_t i = 0; i < gguf_get_n_tensors(file); i++) {
    std::printf("%s %s\n", gguf_get_tensor_name(file, i), ggml_type_name(gguf_get_tensor_type(file, i)));
  }
  return 0;
}
