package dev.parley;

import java.time.Duration;

/**
 * The answer to a ping.
 *
 * @param roundTrip the time from sending the ping to its answer, on an open link
 * @param path the link it went by
 * @param trail how the link was found; empty where it was open already
 */
public record Pong(Duration roundTrip, LinkPath path, Trail trail) {}
