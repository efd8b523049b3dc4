package dev.parley.naive;

import static dev.parley.naive.NaiveBytes.concat;

import java.util.HashMap;
import java.util.Map;

/** Puts fragments together, PROTOCOL.md §14; other frames pass. */
final class NaiveMessages {
  private final Map<Integer, NaiveFrame> open = new HashMap<>();

  /** A whole message, or null while fragments are missing. */
  NaiveFrame add(NaiveFrame frame) {
    boolean message =
        frame.type() == NaiveFrame.PAYLOAD || frame.type() == NaiveFrame.REQUEST_RESPONSE;
    if (!message) {
      return frame;
    }
    NaiveFrame before = open.remove(frame.streamId());
    NaiveFrame sum = before == null ? frame : append(before, frame);
    if (frame.has(NaiveFrame.FOLLOWS)) {
      open.put(frame.streamId(), sum);
      return null;
    }
    return sum;
  }

  private static NaiveFrame append(NaiveFrame first, NaiveFrame next) {
    return NaiveFrame.message(
        first.streamId(),
        first.type(),
        next.flags() & ~NaiveFrame.METADATA,
        concat(first.metadata(), next.metadata()),
        concat(first.data(), next.data()));
  }
}
