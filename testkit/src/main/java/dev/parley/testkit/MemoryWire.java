package dev.parley.testkit;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a link: what is sent arrives in order, after the latency, on the other end's
 * loop. Thread-safe.
 */
final class MemoryWire {
  /** What everything that is sent counts besides its data, so that no frame is free. */
  private static final int FRAME_BYTES = 16;

  private final InMemoryNetwork network;
  private final MemoryLink from;
  private final MemoryLink to;
  private final Queue<Packet> underWay = new ArrayDeque<>(); // guarded by itself, like the rest
  private long lastDueNanos;
  private long sentPackets;
  private long sentBytes;
  private long receivedPackets;
  private long receivedBytes;
  private boolean broken;

  MemoryWire(InMemoryNetwork network, MemoryLink from, MemoryLink to) {
    this.network = network;
    this.from = from;
    this.to = to;
    this.lastDueNanos = network.nanos();
  }

  /** Sends something that carries {@code bytes} of data; {@code arrival} runs at the other end. */
  void send(int bytes, Consumer<MemoryLink> arrival) {
    long delayNanos;
    synchronized (underWay) {
      if (broken) {
        return;
      }
      long now = network.nanos();
      long due = now + network.latency(to.peer(), from.peer()).toNanos();
      lastDueNanos = due - lastDueNanos > 0 ? due : lastDueNanos;
      delayNanos = lastDueNanos - now;
      underWay.add(new Packet(lastDueNanos, FRAME_BYTES + bytes, arrival));
      sentPackets++;
      sentBytes += FRAME_BYTES + bytes;
    }
    to.loop().schedule(this::deliver, Math.max(0, delayNanos));
  }

  /** Delivers what is due; on the other end's loop. */
  private void deliver() {
    if (network.swallows(from.peer(), to.peer())) {
      return;
    }
    Packet packet;
    while ((packet = nextDue()) != null) {
      packet.arrival.accept(to);
    }
  }

  private @Nullable Packet nextDue() {
    synchronized (underWay) {
      Packet head = underWay.peek();
      if (head == null || head.dueNanos - network.nanos() > 0) {
        return null;
      }
      receivedPackets++;
      receivedBytes += head.bytes;
      return underWay.poll();
    }
  }

  /** Delivers what was held back. */
  void resume() {
    to.loop().schedule(this::deliver, 0);
  }

  /** Loses what is under way and all that is sent from now on. */
  void breakOff() {
    synchronized (underWay) {
      broken = true;
      underWay.clear();
    }
  }

  /** Packets and bytes, sent and received, and the bytes between. */
  Counts counts() {
    synchronized (underWay) {
      long held = underWay.stream().mapToLong(Packet::bytes).sum();
      return new Counts(sentPackets, sentBytes, receivedPackets, receivedBytes, held);
    }
  }

  record Counts(
      long sentPackets, long sentBytes, long receivedPackets, long receivedBytes, long heldBytes) {}

  private record Packet(long dueNanos, int bytes, Consumer<MemoryLink> arrival) {}
}
