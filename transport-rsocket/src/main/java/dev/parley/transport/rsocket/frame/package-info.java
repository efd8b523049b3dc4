/**
 * Frames in records and messages in frames: what is read from a link and written to it, with the
 * memory for it. Internal: not exported.
 *
 * <p>Start with {@link dev.parley.transport.rsocket.frame.RecordReader} and {@link
 * dev.parley.transport.rsocket.frame.RecordWriter}.
 */
@NullMarked
package dev.parley.transport.rsocket.frame;

import org.jspecify.annotations.NullMarked;
