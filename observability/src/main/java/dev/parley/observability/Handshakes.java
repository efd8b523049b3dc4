package dev.parley.observability;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The handshakes of one role: how long they take, and why some fail. */
final class Handshakes {
  private static final String OK = "ok";

  private final Timer ok;
  private final Timer failed;
  private final FewValues<Counter> failures;

  Handshakes(Meters meters, String role, List<String> reasons) {
    ok = meters.timer(ParleyMeter.HANDSHAKE, role, OK);
    failed = meters.timer(ParleyMeter.HANDSHAKE, role, "failed");
    failures =
        new FewValues<>(v -> meters.counter(ParleyMeter.HANDSHAKE_FAILURES, role, v)).with(reasons);
  }

  /** One ended; {@code outcome} is {@code ok} or why it failed. */
  void ended(long nanos, String outcome) {
    if (outcome.equals(OK)) {
      ok.record(nanos, TimeUnit.NANOSECONDS);
    } else {
      failed.record(nanos, TimeUnit.NANOSECONDS);
      failures.get(outcome).increment();
    }
  }
}
