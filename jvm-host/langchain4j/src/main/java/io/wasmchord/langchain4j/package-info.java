/** LangChain4j's models, computed in the same process. */
@NullMarked
package io.wasmchord.langchain4j;

import org.jspecify.annotations.NullMarked;
