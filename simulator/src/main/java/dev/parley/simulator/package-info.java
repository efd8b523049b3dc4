/**
 * A deterministic network of many DHT nodes in one JVM, with virtual time.
 *
 * <p>Start with {@link dev.parley.simulator.Simulation}: given {@link
 * dev.parley.simulator.SimulationOptions} it runs real nodes over a model of the internet and gives
 * a {@link dev.parley.simulator.SimulationReport}. The same options give the same run, event by
 * event, on every JVM; the report's trace hash shows it.
 */
@NullMarked
package dev.parley.simulator;

import org.jspecify.annotations.NullMarked;
