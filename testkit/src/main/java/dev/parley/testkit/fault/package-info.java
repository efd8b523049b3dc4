/**
 * Connections as bad as real ones. Start with {@link dev.parley.testkit.fault.FaultProxy}, which
 * delays, cuts, damages and records what passes; {@link dev.parley.testkit.fault.BlackHole} is a
 * peer that never answers.
 */
@NullMarked
package dev.parley.testkit.fault;

import org.jspecify.annotations.NullMarked;
