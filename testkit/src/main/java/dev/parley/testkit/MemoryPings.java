package dev.parley.testkit;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.MonoSink;

/** The pings of a link that are under way; on its loop. */
final class MemoryPings {
  private final MemoryLink link;
  private final Set<MonoSink<Duration>> waiting = new HashSet<>();

  MemoryPings(MemoryLink link) {
    this.link = link;
  }

  void send(MonoSink<Duration> sink) {
    long start = link.nanos();
    waiting.add(sink);
    sink.onDispose(() -> link.execute(() -> waiting.remove(sink)));
    link.send(0, there -> there.send(0, back -> pong(sink, start)));
  }

  private void pong(MonoSink<Duration> sink, long startNanos) {
    if (waiting.remove(sink)) { // it may have failed with the link meanwhile
      sink.success(Duration.ofNanos(link.nanos() - startNanos));
    }
  }

  void lost() {
    List<MonoSink<Duration>> unanswered = List.copyOf(waiting);
    waiting.clear();
    unanswered.forEach(sink -> sink.error(link.lost(true)));
  }
}
