package dev.parley.simulator.whole;

import dev.parley.testkit.VirtualTime;
import io.netty.channel.ConnectTimeoutException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import reactor.core.scheduler.Scheduler;

/** Hosts, the paths between them and the connections on these. */
public final class SimInternet {
  private static final long SYN_AGAIN = TimeUnit.SECONDS.toNanos(1);
  private static final long NANOS_PER_BYTE = 20; // 50 MB/s

  /** Takes connections at a port. */
  public interface Listener {
    /** Sets up this side of a connection, before it is registered. */
    void accepted(io.netty.channel.Channel channel);
  }

  private record Host(SimProcess process, Map<Integer, Listener> listeners) {}

  private final VirtualTime time;
  private final Scheduler scheduler;
  private final SimTrace trace;
  private final long seed;
  private final SplittableRandom random;
  private final Map<InetAddress, Host> hosts = new LinkedHashMap<>();
  private final Map<InetAddress, Long> slow = new HashMap<>();
  private final List<SimPipe> pipes = new ArrayList<>();
  private final List<BiPredicate<InetAddress, InetAddress>> blocks = new ArrayList<>();
  private int ports = 40_000;

  SimInternet(VirtualTime time, SimTrace trace, long seed) {
    this.time = time;
    this.trace = trace;
    this.seed = seed;
    this.random = new SplittableRandom(seed);
    this.scheduler = time.scheduler();
  }

  // ---- for processes

  void boot(InetAddress ip, SimProcess process) {
    hosts.put(ip, new Host(process, new HashMap<>()));
    for (SimPipe pipe : List.copyOf(pipes)) {
      if (ipOf(pipe.to(), true).equals(ip) && pipe.to().process().isDead()) {
        pipe.hostIsBack();
      }
    }
  }

  public void listen(InetSocketAddress at, Listener listener) {
    hosts.get(at.getAddress()).listeners().put(at.getPort(), listener);
  }

  public void unlisten(InetSocketAddress at, SimProcess process) {
    Host host = hosts.get(at.getAddress());
    if (host.process() == process) {
      host.listeners().remove(at.getPort());
    }
  }

  /** A connection that is being made. */
  public final class Attempt {
    private final SimProcess process;
    private final InetSocketAddress from;
    private final InetSocketAddress to;
    private final long until;
    private final Consumer<io.netty.channel.Channel> setUp;
    private final Consumer<Throwable> failed;
    private io.netty.channel.Channel made;
    private boolean over;

    private Attempt(
        SimProcess process,
        InetAddress from,
        InetSocketAddress to,
        long timeoutNanos,
        Consumer<io.netty.channel.Channel> setUp,
        Consumer<Throwable> failed) {
      this.process = process;
      this.from = new InetSocketAddress(from, ++ports > 65_000 ? ports = 40_000 : ports);
      this.to = to;
      this.until = now() + timeoutNanos;
      this.setUp = setUp;
      this.failed = failed;
    }

    /** The channel, once there is one. */
    public io.netty.channel.Channel made() {
      return made;
    }

    public void cancel() {
      over = true;
    }

    private void syn() {
      if (over || process.isDead()) {
        return;
      }
      Host host = hosts.get(to.getAddress());
      boolean silent =
          host == null || host.process().isDead() || blocked(from.getAddress(), to.getAddress());
      if (!silent) {
        Listener listener = host.listeners().get(to.getPort());
        if (listener == null) {
          in(delay(), () -> fail(new ConnectException("Connection refused: " + to)));
        } else {
          connect(host.process(), listener);
        }
      } else if (now() + SYN_AGAIN < until) {
        in(SYN_AGAIN, this::syn);
      } else {
        in(until - now(), () -> fail(new ConnectTimeoutException("timed out: " + to)));
      }
    }

    private long delay() {
      return latency(from.getAddress(), to.getAddress(), random);
    }

    private void fail(Exception e) {
      if (!over && !process.isDead()) {
        over = true;
        process.loop().execute(() -> failed.accept(e));
      }
    }

    private void connect(SimProcess other, Listener listener) {
      SimChannel near = new SimChannel(process, from, to);
      SimChannel far = new SimChannel(other, to, from);
      SimPipe there = new SimPipe(SimInternet.this, near, far, random.split());
      SimPipe back = new SimPipe(SimInternet.this, far, near, random.split());
      near.connect(there, back);
      far.connect(back, there);
      pipes.removeIf(pipe -> isOver(pipe));
      pipes.add(there);
      pipes.add(back);
      other
          .loop()
          .execute(
              () -> {
                listener.accepted(far);
                other.loop().register(far);
              });
      in(delay(), () -> connected(near));
    }

    private void connected(SimChannel near) {
      if (process.isDead()) {
        return;
      }
      process
          .loop()
          .execute(
              () -> {
                made = near;
                if (!over) {
                  setUp.accept(near);
                }
                process.loop().register(near);
                if (over) {
                  near.close();
                }
              });
    }
  }

  public Attempt connect(
      SimProcess process,
      InetAddress from,
      InetSocketAddress to,
      long timeoutNanos,
      Consumer<io.netty.channel.Channel> setUp,
      Consumer<Throwable> failed) {
    Attempt attempt = new Attempt(process, from, to, timeoutNanos, setUp, failed);
    in(attempt.delay(), attempt::syn);
    return attempt;
  }

  // ---- for pipes

  private static boolean isOver(SimPipe pipe) {
    boolean fromIsOver = pipe.from().process().isDead() || !pipe.from().isOpen();
    boolean toIsOver = pipe.to().process().isDead() || !pipe.to().isOpen();
    return fromIsOver && toIsOver;
  }

  long now() {
    return time.getAsLong();
  }

  void in(long nanos, Runnable task) {
    scheduler.schedule(task, Math.max(0, nanos), TimeUnit.NANOSECONDS);
  }

  void trace(SimChannel from, SimChannel to, byte[] bytes) {
    trace.bytes(now(), ipOf(from, true), ipOf(to, true), bytes);
  }

  private static InetAddress ipOf(SimChannel channel, boolean local) {
    InetSocketAddress address =
        (InetSocketAddress) (local ? channel.localAddress0() : channel.remoteAddress0());
    return address.getAddress();
  }

  long latency(SimPipe pipe, SplittableRandom own) {
    return latency(ipOf(pipe.from(), true), ipOf(pipe.to(), true), own);
  }

  /** Each pair of hosts has a distance, and each packet some jitter. */
  private long latency(InetAddress from, InetAddress to, SplittableRandom own) {
    long pair = seed ^ (from.hashCode() * 31L + to.hashCode() * 31L);
    long base = new SplittableRandom(pair).nextLong(1_000_000, 60_000_000);
    double tail = own.nextInt(50) == 0 ? 2 : 0.2;
    return base + (long) (base * tail * own.nextDouble());
  }

  long nanosPerByte(SimChannel from, SimChannel to) {
    return Math.max(
        slow.getOrDefault(ipOf(from, true), NANOS_PER_BYTE),
        slow.getOrDefault(ipOf(to, true), NANOS_PER_BYTE));
  }

  boolean isBlocked(SimChannel from, SimChannel to) {
    return blocked(ipOf(from, true), ipOf(to, true));
  }

  private boolean blocked(InetAddress from, InetAddress to) {
    return blocks.stream().anyMatch(block -> block.test(from, to));
  }

  /** Whether another process is where a dead one was. */
  boolean isBack(SimChannel dead) {
    return !hosts.get(ipOf(dead, true)).process().isDead();
  }

  // ---- for faults

  /** The open connections between two hosts, both directions of each. */
  List<SimPipe> between(InetAddress one, InetAddress other) {
    return pipes.stream()
        .filter(pipe -> !isOver(pipe))
        .filter(
            pipe -> {
              InetAddress from = ipOf(pipe.from(), true);
              InetAddress to = ipOf(pipe.to(), true);
              return from.equals(one) && to.equals(other) || from.equals(other) && to.equals(one);
            })
        .toList();
  }

  /** Nothing passes where {@code block} says so, for a time; it is not lost. */
  void block(long nanos, BiPredicate<InetAddress, InetAddress> block) {
    blocks.add(block);
    in(
        nanos,
        () -> {
          blocks.remove(block);
          List.copyOf(pipes).forEach(SimPipe::released);
        });
  }

  void slow(InetAddress host, long nanosPerByte, long nanos) {
    slow.put(host, nanosPerByte);
    in(nanos, () -> slow.remove(host));
  }
}
