package dev.parley.cli;

import dev.parley.Address;
import dev.parley.Handler;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.cli.options.IdentityOptions;
import dev.parley.cli.options.NetworkOptions;
import dev.parley.cli.options.Settings;
import dev.parley.cli.options.VersionText;
import dev.parley.cli.output.CliException;
import dev.parley.cli.output.Console;
import dev.parley.cli.output.Durations;
import dev.parley.cli.output.ExitCode;
import dev.parley.cli.output.FailureReport;
import dev.parley.cli.output.ProgressLine;
import dev.parley.file.FileInbox;
import dev.parley.file.ReceivedFile;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import dev.parley.node.dht.Dht;
import dev.parley.observability.http.NodeHealth;
import dev.parley.observability.http.NodeHttp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
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
    versionProvider = VersionText.class,
    header = "Runs a node; prints ID@HOST:PORT when it is ready.",
    description = "It runs until SIGINT or SIGTERM, then lets running messages finish.",
    footer = {
      "  parley node --identity agent.pem --listen 127.0.0.1:7400 --echo",
      "  parley node --exec 'tr a-z A-Z' --route upper",
      "  parley node --echo --http 127.0.0.1:7480"
    })
final class NodeCommand extends CliCommand {
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final String ANYWHERE = "127.0.0.1:0";
  private static final Duration CLOSE_SLACK = Duration.ofSeconds(5);

  @Mixin IdentityOptions identity = new IdentityOptions();
  @Mixin NetworkOptions network = new NetworkOptions();
  @Mixin HttpView http = new HttpView();
  @Mixin AccessFiles access = new AccessFiles();

  @Option(
      names = {"-l", "--listen"},
      paramLabel = "HOST:PORT",
      split = ",",
      description =
          "Where to listen, also ws://HOST:PORT/PATH; may be repeated; default 127.0.0.1:0.")
  List<String> listen = new ArrayList<>();

  @Option(
      names = {"-r", "--route"},
      paramLabel = "ROUTE",
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
      description =
          "Runs CMD in a shell for each message: the message is its input, its output the "
              + "answer. PARLEY_FROM, PARLEY_ROUTE and PARLEY_CONTENT_TYPE tell it about the "
              + "message.")
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
    if (echo && exec != null) {
      throw CliException.usage("--echo and --exec exclude each other: a message has one answer");
    }
    if (execLimit < 1 || execLimit > ExecHandler.MAX_CONCURRENT) {
      throw CliException.usage(
          "--exec-limit is " + execLimit + ", must be 1.." + ExecHandler.MAX_CONCURRENT);
    }
    AgentNodeBuilder builder = network.builder(identityOrNote());
    addresses("--listen", listen.isEmpty() ? List.of(ANYWHERE) : listen, Address::parseListen)
        .forEach(builder::listen);
    Dht.Builder dht = network.dht();
    addresses("--advertise", advertise, Address::parse).forEach(dht::advertise);
    if (contacts != null) {
      dht.contacts(writable(contacts));
    }
    builder.with(dht.build());
    http.listenTo(builder, settings);
    access.applyTo(builder);
    ExecHandler commands = exec == null ? null : ExecHandler.create(exec, execLimit);
    try {
      Handler.Messages handler = echo ? in -> Mono.just(in.message()) : commands;
      if (handler != null) {
        answer(builder, handler);
      }
      tick(builder);
      takeFiles(builder);
      serve(start(builder), () -> close(commands));
    } finally {
      close(commands);
    }
    return ExitCode.OK;
  }

  /** Found out now rather than when the node has run for a while, and has contacts to save. */
  private static Path writable(Path file) {
    Path directory = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file)) {
      throw CliException.usage("--contacts " + file + ": it is a directory");
    }
    if (directory == null || !Files.isWritable(directory)) {
      throw CliException.usage("--contacts " + file + ": no file can be written there");
    }
    return file;
  }

  private void answer(AgentNodeBuilder builder, Handler.Messages handler) {
    List<String> answered = routes.isEmpty() ? List.of("") : routes.stream().distinct().toList();
    for (String route : answered) {
      builder.receive(route, handler);
      tryOut(builder, route);
    }
    if (!answered.contains("")) {
      console.note(
          "answers on "
              + String.join(", ", answered)
              + ", not on the unnamed route; --route= adds that");
    }
  }

  private static AgentNode start(AgentNodeBuilder builder) {
    try {
      return Objects.requireNonNull(builder.start().block());
    } catch (RuntimeException e) {
      throw BindFailure.ofNode(e);
    }
  }

  private void tryOut(AgentNodeBuilder builder, String route) {
    if (echo) {
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

  private void tick(AgentNodeBuilder builder) {
    if (ticker != null) {
      builder.receiveStreams(
          ticker,
          in ->
              Flux.interval(TICK)
                  .onBackpressureDrop() // a slow subscriber misses ticks, like anybody
                  .map(n -> Message.text(Long.toString(n + 1))));
    }
  }

  private void takeFiles(AgentNodeBuilder builder) {
    if (receiveFiles != null) {
      FileInbox inbox = FileInbox.into(receiveFiles).onReceived(this::tell);
      try {
        builder.with(network.files().inbox(inbox.requireWritable()).build());
      } catch (IllegalArgumentException e) {
        throw CliException.usage("--receive-files: " + e.getMessage());
      }
    }
  }

  private void tell(ReceivedFile file) {
    String size = ProgressLine.size(file.bytes());
    console.note("received " + file.path().getFileName() + ", " + size + ", from " + file.from());
  }

  private Identity identityOrNote() {
    if (identity.identity == null) {
      console.note("no --identity: this node has a new id, which ends with it");
    }
    return identity.loadOrGenerate();
  }

  private static List<Address> addresses(
      String option, List<String> texts, Function<String, Address> parse) {
    List<Address> addresses = new ArrayList<>();
    for (String text : texts) {
      try {
        addresses.add(parse.apply(text));
      } catch (IllegalArgumentException e) {
        throw CliException.usage(option + " " + text + ": " + e.getMessage());
      }
    }
    return addresses;
  }

  private void serve(AgentNode node, Runnable afterDrain) {
    NodeHttp shown;
    try {
      shown = http.show(node);
    } catch (RuntimeException e) {
      node.close();
      throw BindFailure.ofConsole(e, http.address(), "--http");
    }
    NodeHealth told;
    try {
      told = http.tellHealth(node);
    } catch (RuntimeException e) {
      node.close();
      close(shown);
      throw BindFailure.ofConsole(e, http.healthAddress(), "--health");
    }
    CountDownLatch closed = new CountDownLatch(1);
    node.onClose().doFinally(s -> closed.countDown()).subscribe();
    Thread onSignal = new Thread(() -> drain(node, afterDrain), "parley-drain");
    Runtime.getRuntime().addShutdownHook(onSignal);
    try {
      access.watch(console);
      ready(node, shown, told);
      closed.await();
    } catch (InterruptedException e) {
      // Interrupted by the thread that embeds the command; the flag would make draining give up.
      drain(node, afterDrain);
      Thread.currentThread().interrupt();
    } finally {
      unhook(onSignal);
      close(told);
      close(shown);
    }
  }

  private static void close(@Nullable AutoCloseable server) {
    try {
      if (server != null) {
        server.close();
      }
    } catch (Exception e) {
      throw new IllegalStateException(e); // they declare none
    }
  }

  private void ready(AgentNode node, @Nullable NodeHttp shown, @Nullable NodeHealth told) {
    List<String> peers = node.addresses().stream().map(a -> node.id() + "@" + a).toList();
    if (output.isJson()) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("ready", true);
      facts.put("id", node.id().toString());
      facts.put("peers", peers);
      if (shown != null) {
        facts.put("http", shown.url());
      }
      if (told != null) {
        facts.put("health", told.address().toString());
      }
      console.json(facts);
    } else {
      peers.forEach(console.out()::println);
      console.out().flush();
      if (shown != null) {
        console.note("console at " + shown.url());
      }
      if (told != null) {
        console.note("health at " + told.address());
      }
    }
  }

  private void drain(AgentNode node, Runnable afterDrain) {
    try {
      node.drain(drainTimeout).block(drainTimeout.plus(CLOSE_SLACK));
    } catch (IllegalStateException e) {
      console.note("did not drain within its limit");
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
