package io.wasmchord.spring;

import io.wasmchord.chord.ChordModel;
import io.wasmchord.jvm.LoadedModel;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Makes the models where the property {@code wasm-chord.model} names one. */
@AutoConfiguration
@ConditionalOnProperty("wasm-chord.model")
@EnableConfigurationProperties(ChordProperties.class)
public class ChordAutoConfiguration {
  /** The model, closed with the application. */
  @Bean(destroyMethod = "close")
  @ConditionalOnMissingBean
  public ChordModel chordModel(ChordProperties properties) {
    return ChordModel.of(
        properties.apply(LoadedModel.builder(properties.model())).load(), properties.parallel());
  }

  /** Spring AI's chat model. */
  @Bean
  @ConditionalOnMissingBean(ChatModel.class)
  public ChordChatModel chordChatModel(ChordModel model) {
    return new ChordChatModel(model);
  }

  /** Spring AI's embedding model. */
  @Bean
  @ConditionalOnMissingBean(EmbeddingModel.class)
  public ChordEmbeddingModel chordEmbeddingModel(ChordModel model) {
    return new ChordEmbeddingModel(model);
  }
}
