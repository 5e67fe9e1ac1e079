// Prints llama.cpp's logits after each token of a model: a line for each, a number for each token of the vocabulary.
// Where a model has an encoder, it is given the tokens, and the decoder these with its start token in place of the first.
// What it is built with, and what for: docs/adding-an-architecture.md.
#include "ggml-backend.h"
#include "llama.h"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

// As many positions as the tiny models know, rounded up to what llama.cpp takes at least.
constexpr int kContext = 256;

void errors_only(ggml_log_level level, const char *text, void *) {
  if (level == GGML_LOG_LEVEL_ERROR) {
    std::fputs(text, stderr);
  }
}

std::vector<llama_token> ids(const std::string &list) {
  std::vector<llama_token> found;
  for (size_t at = 0; at < list.size(); at = list.find(',', at) == std::string::npos ? list.size() : list.find(',', at) + 1) {
    found.push_back(std::atoi(list.c_str() + at));
  }
  return found;
}

} // namespace

int main(int count, char **arguments) {
  if (count < 4 || count % 2 != 0) {
    std::fputs("logits FOLDER-OF-BACKENDS MODEL.gguf ID,ID,... [ADAPTER.gguf SCALE]...\n", stderr);
    return 2;
  }
  llama_log_set(errors_only, nullptr);
  ggml_backend_load_all_from_path(arguments[1]);
  llama_model_params of_model = llama_model_default_params();
  of_model.n_gpu_layers = 0;
  llama_model *model = llama_model_load_from_file(arguments[2], of_model);
  if (model == nullptr) {
    return 1;
  }
  llama_context_params of_context = llama_context_default_params();
  of_context.n_ctx = kContext;
  of_context.n_threads = 1;
  of_context.n_threads_batch = 1;
  of_context.type_k = GGML_TYPE_F32;
  of_context.type_v = GGML_TYPE_F32;
  of_context.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
  llama_context *context = llama_init_from_model(model, of_context);
  if (context == nullptr) {
    return 1;
  }
  std::vector<llama_adapter_lora *> adapters;
  std::vector<float> scales;
  for (int at = 4; at < count; at += 2) {
    adapters.push_back(llama_adapter_lora_init(model, arguments[at]));
    scales.push_back(std::atof(arguments[at + 1]));
    if (adapters.back() == nullptr) {
      return 1;
    }
  }
  if (!adapters.empty() && llama_set_adapters_lora(context, adapters.data(), adapters.size(), scales.data()) != 0) {
    return 1;
  }
  const std::vector<llama_token> tokens = ids(arguments[3]);
  llama_batch batch = llama_batch_init(tokens.size(), 0, 1);
  batch.n_tokens = tokens.size();
  for (size_t i = 0; i < tokens.size(); i++) {
    batch.token[i] = tokens[i];
    batch.pos[i] = i;
    batch.n_seq_id[i] = 1;
    batch.seq_id[i][0] = 0;
    batch.logits[i] = 1;
  }
  if (llama_model_has_encoder(model)) {
    if (llama_encode(context, batch) != 0) {
      return 1;
    }
    batch.token[0] = llama_model_decoder_start_token(model);
  }
  if (llama_decode(context, batch) != 0) {
    return 1;
  }
  const int vocabulary = llama_vocab_n_tokens(llama_model_get_vocab(model));
  for (size_t i = 0; i < tokens.size(); i++) {
    const float *row = llama_get_logits_ith(context, i);
    for (int id = 0; id < vocabulary; id++) {
      std::printf("%s%.9g", id == 0 ? "" : " ", row[id]);
    }
    std::puts("");
  }
  return 0;
}
