/**
 * Whole nodes in virtual time: the production code from the socket up, many processes in one
 * thread, and a seed from which all of a run follows. Start with {@link
 * dev.parley.simulator.whole.World}.
 *
 * <p>{@code SimInternet} takes the place of the machine's sockets ({@code Wires}), {@code
 * SimProcess} that of its clocks, randomness and threads ({@code Surroundings}).
 */
package dev.parley.simulator.whole;
