package dev.parley.observability.http;

import org.jspecify.annotations.Nullable;

/**
 * One second of a node's traffic. Counts are per second; times are milliseconds.
 *
 * @param at when it ended, milliseconds since 1970
 * @param sent messages of ours that ended well
 * @param failed messages of ours that failed
 * @param received messages to us that ended, failed ones included
 * @param bytesOut bytes written to links
 * @param bytesIn bytes read from links
 * @param p50 the median time to an answer; null where there was none
 * @param p99 the 99th percentile of it
 * @param max the longest
 * @param handled50 the median time that our handlers took to answer; null where there was none
 * @param handled99 the 99th percentile of it
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
    @Nullable Double max,
    @Nullable Double handled50,
    @Nullable Double handled99) {}
