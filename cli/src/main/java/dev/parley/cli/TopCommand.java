package dev.parley.cli;

import dev.parley.cli.options.Settings;
import dev.parley.cli.options.VersionText;
import dev.parley.cli.output.CliException;
import dev.parley.cli.output.Console;
import dev.parley.cli.output.ExitCode;
import dev.parley.cli.output.Screen;
import dev.parley.cli.output.TopFrame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Iterator;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code parley top}: what a running node does, live in the terminal. */
@Command(
    name = "top",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    header = "Shows what a node does, once a second.",
    description =
        "It shows throughput, links, failures and limits of a node that runs with --http. "
            + "Without a terminal it writes one line a second.",
    footer = {"  parley top --url http://127.0.0.1:7480/", "  parley top --once -o json"})
final class TopCommand extends CliCommand {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
  private static final String DATA = "data: ";

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Of the node; default http://127.0.0.1:7480/.")
  String url = "http://127.0.0.1:7480/";

  @Option(names = "--once", description = "Writes one frame and ends.")
  boolean once;

  private final JsonMapper json = JsonMapper.builder().build();

  TopCommand(Console console, Settings settings) {
    super(console, settings);
  }

  @Override
  int run() throws InterruptedException {
    URI events = events();
    HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT_LIMIT).build();
    try (Stream<String> lines = listen(client, events)) {
      Iterator<String> data =
          lines.filter(l -> l.startsWith(DATA)).map(l -> l.substring(DATA.length())).iterator();
      boolean justOnce = once;
      Screen screen = justOnce || output.isJson() || !console.look().screen() ? null : new Screen();
      if (screen == null) {
        write(data, justOnce);
      } else {
        screen.show(console.out(), () -> draw(data, screen));
      }
      if (!justOnce) {
        throw CliException.unavailable("the node at " + url + " has gone");
      }
      return ExitCode.OK;
    } catch (UncheckedIOException e) {
      throw CliException.unavailable("the node at " + url + " has gone");
    }
  }

  private URI events() {
    try {
      URI base = URI.create(url);
      if ("http".equals(base.getScheme()) && base.getHost() != null) {
        return base.resolve("/events");
      }
    } catch (IllegalArgumentException e) {
      // Told below, like a URL of another kind.
    }
    throw CliException.usage("--url is " + url + ", must be http://HOST:PORT/");
  }

  private Stream<String> listen(HttpClient client, URI events) throws InterruptedException {
    HttpResponse<Stream<String>> response;
    try {
      response =
          client.send(HttpRequest.newBuilder(events).build(), HttpResponse.BodyHandlers.ofLines());
    } catch (IOException e) {
      throw CliException.unavailable(
          "no node shows itself at " + url + ": start one with parley node --http HOST:PORT");
    }
    if (response.statusCode() != 200) {
      response.body().close();
      throw CliException.unavailable(
          "the node at " + url + " answered with status " + response.statusCode());
    }
    return response.body();
  }

  private void write(Iterator<String> data, boolean justOnce) {
    TopFrame frame = new TopFrame(console.look().unicode());
    while (data.hasNext()) {
      String text = data.next();
      if (output.isJson()) {
        console.out().println(text);
      } else {
        JsonNode snapshot = json.readTree(text);
        frame.add(snapshot);
        if (justOnce) {
          frame.lines(Screen.PLAIN_COLUMNS, Screen.PLAIN_ROWS).forEach(console::line);
        } else {
          console.line(TopFrame.line(snapshot));
        }
      }
      console.out().flush();
      if (justOnce) {
        return;
      }
    }
  }

  private void draw(Iterator<String> data, Screen screen) {
    TopFrame frame = new TopFrame(console.look().unicode());
    while (data.hasNext()) {
      frame.add(json.readTree(data.next()));
      screen.draw(console.out(), frame::lines);
    }
  }
}
