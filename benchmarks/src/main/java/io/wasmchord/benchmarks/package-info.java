/** JMH benchmarks of the JVM's kernels, and the plain kernel that they are compared with. */
@NullMarked
package io.wasmchord.benchmarks;

import org.jspecify.annotations.NullMarked;
