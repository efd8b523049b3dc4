package dev.parley.observability;

import dev.parley.spi.NodeListener.HandshakeOutcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The handshakes of one role: how long they take, and why some fail. */
final class Handshakes {
  private final Timer ok;
  private final Timer failed;
  private final EnumMeters<HandshakeOutcome, Counter> failures;

  Handshakes(Meters meters, String role, Set<HandshakeOutcome> reasons) {
    ok = meters.timer(ParleyMeter.HANDSHAKE, role, "ok");
    failed = meters.timer(ParleyMeter.HANDSHAKE, role, "failed");
    failures =
        new EnumMeters<>(reasons, v -> meters.counter(ParleyMeter.HANDSHAKE_FAILURES, role, v));
  }

  /** One ended. */
  void ended(long nanos, HandshakeOutcome outcome) {
    if (outcome == HandshakeOutcome.OK) {
      ok.record(nanos, TimeUnit.NANOSECONDS);
    } else {
      failed.record(nanos, TimeUnit.NANOSECONDS);
      failures.get(outcome).increment();
    }
  }
}
