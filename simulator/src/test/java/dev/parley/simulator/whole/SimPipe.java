package dev.parley.simulator.whole;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** One direction of a connection: bytes arrive in order, late, and in pieces of any size. */
final class SimPipe {
  private static final int WINDOW = 128 * 1024;
  private static final int SEGMENT = 1448;

  private final SimInternet net;
  private final SimChannel from;
  private final SimChannel to;
  private final SplittableRandom random;
  private final Deque<Runnable> held = new ArrayDeque<>();
  private int inFlight;
  private long busyUntil;
  private long lastArrival;
  private boolean swallows;
  private boolean corrupts;
  private boolean lost; // something that the other host was not there to take

  SimPipe(SimInternet net, SimChannel from, SimChannel to, SplittableRandom random) {
    this.net = net;
    this.from = from;
    this.to = to;
    this.random = random;
  }

  SimChannel from() {
    return from;
  }

  SimChannel to() {
    return to;
  }

  int room() {
    return WINDOW - inFlight;
  }

  void send(byte[] bytes) {
    inFlight += bytes.length;
    int at = 0;
    while (at < bytes.length) {
      int most = Math.min(SEGMENT, bytes.length - at);
      int n = random.nextInt(4) == 0 ? 1 + random.nextInt(most) : most;
      byte[] piece = Arrays.copyOfRange(bytes, at, at + n);
      at += n;
      carry(n, () -> deliver(piece));
    }
  }

  /** The other side has read that many bytes. */
  void taken(int bytes) {
    boolean wasFull = room() == 0;
    inFlight -= bytes;
    if (wasFull) {
      net.in(net.latency(this, random), from::resume);
    }
  }

  void finish() {
    carry(40, () -> at(to::finished));
  }

  void reset() {
    carry(40, () -> at(to::reset));
  }

  /** What is still under way does not arrive. */
  void abandon() {
    swallows = true;
  }

  /** From now on nothing arrives, and neither side is told. */
  void swallow() {
    swallows = true;
  }

  void corruptNext() {
    corrupts = true;
  }

  private void at(Runnable end) {
    if (!to.process().isDead() && to.isOpen()) {
      end.run();
    }
  }

  private void deliver(byte[] piece) {
    if (to.process().isDead()) {
      lost = true;
      if (net.isBack(to)) {
        resetSender();
      }
    } else if (!to.isOpen()) {
      resetSender();
    } else {
      if (corrupts) {
        corrupts = false;
        piece[random.nextInt(piece.length)] ^= (byte) (1 << random.nextInt(8));
      }
      net.trace(from, to, piece);
      to.received(piece);
    }
  }

  private void resetSender() {
    net.in(
        net.latency(this, random),
        () -> {
          if (!from.process().isDead() && from.isOpen() && !net.isBlocked(to, from)) {
            from.reset();
          }
        });
  }

  /** A new process is where the one was: it knows nothing of this connection. */
  void hostIsBack() {
    if (lost) {
      resetSender();
    }
  }

  private void carry(int bytes, Runnable arrival) {
    long now = net.now();
    busyUntil = Math.max(now, busyUntil) + bytes * net.nanosPerByte(from, to);
    lastArrival = Math.max(lastArrival, busyUntil + net.latency(this, random));
    net.in(lastArrival - now, () -> arrive(arrival));
  }

  private void arrive(Runnable arrival) {
    if (swallows) {
      return;
    }
    if (!held.isEmpty() || net.isBlocked(from, to)) {
      held.add(arrival);
    } else {
      arrival.run();
    }
  }

  /** The path may be open again: what was held is sent once more, as TCP does, after a while. */
  void released() {
    if (!held.isEmpty()) {
      net.in(
          TimeUnit.MILLISECONDS.toNanos(random.nextInt(50, 1000)),
          () -> {
            if (!net.isBlocked(from, to)) {
              while (!held.isEmpty() && !swallows) {
                held.poll().run();
              }
            }
          });
    }
  }
}
