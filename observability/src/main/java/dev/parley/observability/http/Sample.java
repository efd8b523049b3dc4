package dev.parley.observability.http;

import org.jspecify.annotations.Nullable;

/**
 * One second of a node's traffic. Counts are per second; times are milliseconds.
 *
 * @param at when it ended, milliseconds since 1970
 * @param sent messages of ours that were answered, and signals that were sent
 * @param failed messages of ours that failed
 * @param received messages to us that ended, failed ones included
 * @param bytesOut bytes written to links
 * @param bytesIn bytes read from links
 * @param p50 the median time to an answer; null where there was none
 * @param p99 the 99th percentile of it
 * @param max the longest
 */
record Sample(
    long at,
    double sent,
    double failed,
    double received,
    double bytesOut,
    double bytesIn,
    @Nullable Double p50,
    @Nullable Double p99,
    @Nullable Double max) {}
