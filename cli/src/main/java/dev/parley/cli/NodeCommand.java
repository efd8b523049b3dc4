package dev.parley.cli;

import dev.parley.Address;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessageHandler;
import dev.parley.file.FileInbox;
import dev.parley.node.AgentNode;
import dev.parley.observability.http.NodeHttp;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code parley node}: runs a node until it is told to stop, then drains it. */
@Command(
    name = "node",
    mixinStandardHelpOptions = true,
    versionProvider = ParleyCommand.Version.class,
    description = "Runs a node; prints ID@HOST:PORT on standard output when it is ready.")
final class NodeCommand extends CliCommand {
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration CLOSE_SLACK = Duration.ofSeconds(5);

  @Mixin IdentityOptions identity = new IdentityOptions();
  @Mixin NetworkOptions network = new NetworkOptions();
  @Mixin HttpView http = new HttpView();

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      split = ",",
      description =
          "Where to listen, also ws://HOST:PORT/PATH; may be repeated; default 127.0.0.1:0.")
  List<String> listen = new ArrayList<>();

  @Option(
      names = "--route",
      split = ",",
      description = "Route to answer; may be repeated; default is the unnamed route.")
  List<String> routes = new ArrayList<>();

  @Option(
      names = "--echo",
      description = "Answers each message and each item of a channel with itself; shows signals.")
  boolean echo;

  @Option(
      names = "--exec",
      paramLabel = "CMD",
      description = {
        "Runs CMD in a shell for each message: the message is its input, its output the answer.",
        "PARLEY_FROM, PARLEY_ROUTE and PARLEY_CONTENT_TYPE tell it about the message."
      })
  @Nullable String exec;

  @Option(
      names = "--exec-limit",
      paramLabel = "N",
      description = "How many commands run at once, 1..1024; default 16; as many more wait.")
  int execLimit = 16;

  @Option(
      names = "--ticker",
      paramLabel = "ROUTE",
      description = "Streams a number a second on ROUTE, to try subscriptions with.")
  @Nullable String ticker;

  @Option(
      names = "--receive-files",
      paramLabel = "DIR",
      description = "Takes files of other agents into DIR, without overwriting any.")
  @Nullable Path receiveFiles;

  @Option(
      names = "--advertise",
      paramLabel = "HOST:PORT",
      split = ",",
      description = "Where others find this node, if not where it listens; may be repeated.")
  List<String> advertise = new ArrayList<>();

  @Option(
      names = "--contacts",
      paramLabel = "FILE",
      description = "Keeps the nodes that it has met over a restart.")
  @Nullable Path contacts;

  @Option(
      names = "--drain-timeout",
      paramLabel = "TIME",
      converter = Durations.class,
      description = "How long running messages may finish at the end; default 10s.")
  Duration drainTimeout = Duration.ofSeconds(10);

  NodeCommand(Console console, Settings settings) {
    super(console, settings);
  }

  @Override
  int run() {
    boolean echoes = echo || settings.flag("echo");
    if (echoes && exec != null) {
      throw CliException.usage("--echo and --exec exclude each other: a message has one answer");
    }
    if (execLimit < 1 || execLimit > ExecHandler.MAX_CONCURRENT) {
      throw CliException.usage(
          "--exec-limit is " + execLimit + ", must be 1.." + ExecHandler.MAX_CONCURRENT);
    }
    AgentNode.Builder builder = network.builder(identityOrNote());
    addresses().forEach(builder::listen);
    advertise.stream().map(Address::parse).forEach(builder::advertise);
    if (contacts != null) {
      builder.contactsFile(contacts);
    }
    http.listenTo(builder, settings.flag("http-allow-remote"));
    ExecHandler commands = exec == null ? null : ExecHandler.create(exec, execLimit);
    try {
      MessageHandler handler = echoes ? in -> Mono.just(in.message()) : commands;
      if (handler != null) {
        (routes.isEmpty() ? List.of("") : routes).forEach(r -> builder.receive(r, handler));
      }
      (routes.isEmpty() ? List.of("") : routes).forEach(r -> tryOut(builder, r, echoes));
      tick(builder);
      takeFiles(builder);
      serve(Objects.requireNonNull(builder.start().block()), () -> close(commands));
    } finally {
      close(commands);
    }
    return ExitCode.OK;
  }

  private void tryOut(AgentNode.Builder builder, String route, boolean echoes) {
    if (echoes) {
      builder.receiveChannels(route, (opening, items) -> items);
      builder.receiveSignals(
          route,
          in -> {
            String text = FailureReport.printable(in.message().text());
            console.note("signal of " + in.from() + ": " + text);
            return Mono.empty();
          });
    }
  }

  private void tick(AgentNode.Builder builder) {
    if (ticker != null) {
      builder.receiveStreams(
          ticker,
          in ->
              Flux.interval(TICK)
                  .onBackpressureDrop() // a slow subscriber misses ticks, like anybody
                  .map(n -> Message.text(Long.toString(n + 1))));
    }
  }

  private void takeFiles(AgentNode.Builder builder) {
    if (receiveFiles != null) {
      builder.receiveFiles(
          FileInbox.into(receiveFiles)
              .onReceived(
                  f ->
                      console.note(
                          "received "
                              + f.path().getFileName()
                              + ", "
                              + ProgressLine.size(f.bytes())
                              + ", from "
                              + f.from())));
    }
  }

  private static void close(@Nullable ExecHandler commands) {
    if (commands != null) {
      commands.close();
    }
  }

  private Identity identityOrNote() {
    if (identity.identity == null) {
      console.note("no --identity: this node has a new id, which ends with it");
    }
    return identity.loadOrGenerate();
  }

  private List<Address> addresses() {
    return (listen.isEmpty() ? List.of("127.0.0.1:0") : listen)
        .stream().map(Address::parseListen).toList();
  }

  private void serve(AgentNode node, Runnable afterDrain) {
    NodeHttp shown;
    try {
      shown = http.show(node);
    } catch (RuntimeException e) {
      node.close();
      throw CliException.failure("--http " + http.listen + " cannot be listened at");
    }
    CountDownLatch closed = new CountDownLatch(1);
    node.onClose().doFinally(s -> closed.countDown()).subscribe();
    Thread onSignal = new Thread(() -> drain(node, afterDrain), "parley-drain");
    Runtime.getRuntime().addShutdownHook(onSignal);
    try {
      ready(node, shown);
      closed.await();
    } catch (InterruptedException e) {
      // Interrupted by the thread that embeds the command; the flag would make draining give up.
      drain(node, afterDrain);
      Thread.currentThread().interrupt();
    } finally {
      unhook(onSignal);
      if (shown != null) {
        shown.close();
      }
    }
  }

  private void ready(AgentNode node, @Nullable NodeHttp shown) {
    List<String> peers = node.addresses().stream().map(a -> node.id() + "@" + a).toList();
    if (output.isJson()) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("ready", true);
      facts.put("id", node.id().toString());
      facts.put("peers", peers);
      if (shown != null) {
        facts.put("http", shown.url());
      }
      console.json(facts);
    } else {
      peers.forEach(console.out()::println);
      console.out().flush();
      if (shown != null) {
        console.note("console at " + shown.url());
      }
    }
  }

  private void drain(AgentNode node, Runnable afterDrain) {
    try {
      node.drain(drainTimeout).block(drainTimeout.plus(CLOSE_SLACK));
    } finally {
      afterDrain.run();
    }
  }

  private static void unhook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // The hook is what closed the node; it needs no removal.
    }
  }
}
