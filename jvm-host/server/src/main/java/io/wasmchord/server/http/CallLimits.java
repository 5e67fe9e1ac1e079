package io.wasmchord.server.http;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * What a call may take.
 *
 * @param bodyBytes of what the client sends
 * @param time from the call to the answer's end
 * @param stopped whether answers are cut off, because the server ends
 */
public record CallLimits(long bodyBytes, Duration time, BooleanSupplier stopped) {}
