package dev.parley.testkit.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The thread behind a {@link FaultProxy}: one selector over the listening socket and all
 * connections.
 *
 * <p>Every change of faults runs on this thread between two turns, so a caller that has changed a
 * fault knows that bytes sent from then on meet it.
 */
final class ProxyLoop {
  private static final int BACKLOG = 256;
  private static final int READ_BYTES = 16 * 1024;
  private static final long PATIENCE_SECONDS = 5;

  private final InetSocketAddress target;
  private final Selector selector;
  private final InetSocketAddress listenAddress;
  private final ProxyPump.ProxyIo io;
  private final Thread thread;
  private final Queue<FutureTask<?>> commands = new ConcurrentLinkedQueue<>();
  private final List<ProxyConnection> connections = new ArrayList<>();
  private final LongAdder bytesToServer = new LongAdder();
  private final LongAdder bytesToClient = new LongAdder();

  private FaultPlan towardsServer = FaultPlan.NONE;
  private FaultPlan towardsClient = FaultPlan.NONE;
  private @Nullable ServerSocketChannel listener;
  private volatile int accepted;
  private volatile int open;
  private volatile boolean closing;

  ProxyLoop(InetSocketAddress target, long captureLimitBytes, long queueLimitBytes)
      throws IOException {
    this.target = target;
    this.io =
        new ProxyPump.ProxyIo(
            ByteBuffer.allocate(READ_BYTES),
            new Capture.Recorder(captureLimitBytes),
            queueLimitBytes);
    this.selector = Selector.open();
    try {
      ServerSocketChannel bound =
          listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      this.listener = bound;
      this.listenAddress = (InetSocketAddress) bound.getLocalAddress();
    } catch (IOException e) {
      selector.close();
      throw e;
    }
    this.thread = new Thread(this::run, "fault-proxy-" + listenAddress.getPort());
    this.thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  InetSocketAddress address() {
    return listenAddress;
  }

  Capture capture() {
    return io.recorder().snapshot();
  }

  /** Read between two turns, so that bytes a peer has received are counted. */
  FaultProxy.Counters counters() {
    boolean unused = tryCommand(() -> {}); // a closed proxy counts no further
    return new FaultProxy.Counters(accepted, open, bytesToServer.sum(), bytesToClient.sum());
  }

  void towardsServer(FaultPlan plan) {
    command(() -> towardsServer = plan);
  }

  void towardsClient(FaultPlan plan) {
    command(() -> towardsClient = plan);
  }

  void endAll(Consumer<ProxyConnection> ending) {
    command(
        () -> {
          connections.forEach(ending);
          sweep();
        });
  }

  void refuse() {
    command(
        () -> {
          ServerSocketChannel bound = listener;
          if (bound != null) {
            listener = null;
            bound.close();
            selector.selectNow(this::ready); // a registered channel lets go of its port here
          }
        });
  }

  void admit() {
    command(
        () -> {
          if (listener == null) {
            listener = listen(listenAddress);
          }
        });
  }

  /** Ends the thread and every socket; returns when they are gone or after five seconds. */
  void close() {
    closing = true;
    selector.wakeup();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private ServerSocketChannel listen(InetSocketAddress address) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(address, BACKLOG);
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_ACCEPT);
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private void command(Step step) {
    if (!tryCommand(step)) {
      throw new IllegalStateException("the fault proxy is closed");
    }
  }

  /** Runs {@code step} on the loop's thread and waits for it, or is {@code false} if it ended. */
  private boolean tryCommand(Step step) {
    FutureTask<@Nullable Void> task =
        new FutureTask<>(
            () -> {
              step.run();
              return null;
            });
    commands.add(task);
    selector.wakeup();
    if (closing) {
      return false;
    }
    try {
      task.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (CancellationException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while changing the fault proxy", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the fault proxy could not be changed", e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException("the fault proxy does not answer", e);
    }
  }

  private void run() {
    try {
      while (!closing) {
        runCommands();
        long now = System.nanoTime();
        connections.forEach(connection -> connection.turn(now));
        sweep();
        select(System.nanoTime());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      shutDown();
    }
  }

  private void runCommands() {
    for (FutureTask<?> task = commands.poll(); task != null; task = commands.poll()) {
      task.run();
    }
  }

  private void select(long now) throws IOException {
    long wait = Long.MAX_VALUE;
    for (ProxyConnection connection : connections) {
      wait = Math.min(wait, connection.nanosUntilDue(now));
    }
    if (wait <= 0) {
      selector.selectNow(this::ready);
    } else if (wait == Long.MAX_VALUE) {
      selector.select(this::ready);
    } else {
      selector.select(this::ready, 1 + TimeUnit.NANOSECONDS.toMillis(wait - 1));
    }
  }

  private void ready(SelectionKey key) {
    if (key.attachment() instanceof ProxyConnection connection) {
      if (!connection.isClosed()) {
        connection.ready(System.nanoTime());
      }
    } else {
      accept((ServerSocketChannel) key.channel());
    }
  }

  private void accept(ServerSocketChannel channel) {
    SocketChannel client = null;
    SocketChannel server = null;
    try {
      client = channel.accept();
      if (client == null) {
        return;
      }
      server = SocketChannel.open();
      connections.add(connect(client, server));
      open = connections.size();
    } catch (IOException e) {
      ProxyConnection.reset(client);
      ProxyConnection.reset(server);
    }
  }

  private ProxyConnection connect(SocketChannel client, SocketChannel server) throws IOException {
    for (SocketChannel channel : new SocketChannel[] {client, server}) {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }
    server.connect(target);
    int number = accepted + 1;
    SelectionKey clientKey = client.register(selector, 0);
    SelectionKey serverKey = server.register(selector, SelectionKey.OP_CONNECT);
    ProxyConnection connection =
        new ProxyConnection(
            clientKey,
            serverKey,
            pump(number, Capture.Side.CLIENT, client, server),
            pump(number, Capture.Side.SERVER, server, client));
    clientKey.attach(connection);
    serverKey.attach(connection);
    io.recorder().open(number);
    accepted = number;
    return connection;
  }

  private ProxyPump pump(int number, Capture.Side side, SocketChannel from, SocketChannel to) {
    boolean upstream = side == Capture.Side.CLIENT;
    return new ProxyPump(
        number,
        side,
        from,
        to,
        io,
        upstream ? () -> towardsServer : () -> towardsClient,
        upstream ? bytesToServer : bytesToClient,
        System.nanoTime());
  }

  private void sweep() {
    connections.removeIf(ProxyConnection::isClosed);
    open = connections.size();
  }

  private void shutDown() {
    closing = true;
    connections.forEach(ProxyConnection::close);
    sweep();
    if (listener != null) {
      ProxyConnection.closeQuietly(listener);
    }
    ProxyConnection.closeQuietly(selector);
    commands.forEach(task -> task.cancel(false));
  }

  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }
}
