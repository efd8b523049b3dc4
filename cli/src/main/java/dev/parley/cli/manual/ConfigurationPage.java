package dev.parley.cli.manual;

import dev.parley.cli.options.DeclaredSettings;
import dev.parley.settings.Declaration;

/** Writes the page of all declared settings, in Markdown. */
public final class ConfigurationPage {
  private static final String HEAD =
      """
      # Configuration

      Every setting of a node, with its default, range, and what happens at the limit. This page is
      written from the declarations of the settings; `ConfigurationPageTest` compares it with them
      and writes it anew with `-Dparley.docs.write=true`. The options of `parley` are in
      [the command line](cli.md).

      In Java, settings are set in groups; starting tells all that are wrong at once:

      ```java no-run="a part of a program; the page on sizing in the guide has one that runs"
      AgentNode.builder().transport(t -> t.limits(l -> l.maxConnections(200)));
      ```

      For `parley`, they are in the YAML file that `--config` names, as `transport.limits.maxConnections`
      or nested:

      ```yaml
      transport:
        limits:
          maxConnections: 200
          maxMessageBytes: 64KiB
        liveness:
          idleTimeout: 10m
      dht:
        mode: CLIENT
      ```

      In the environment, dots are underscores: `PARLEY_TRANSPORT_LIMITS_MAXCONNECTIONS`. The
      environment wins over the file. Capitals and hyphens do not matter, so `max-connections` is the
      same key.

      Times are written as `250ms`, `5s`, `10m`, `2h` or `1d`, bytes as `4096`, `64KiB`, `4MiB` or
      `1GiB`. Some defaults depend on the machine: *processors, 2 to 256* is the number of processors,
      at least 2 and at most 256.
      """;

  private ConfigurationPage() {}

  public static String of(DeclaredSettings settings) {
    StringBuilder s = new StringBuilder(HEAD);
    String group = "";
    for (Declaration one : settings.all()) {
      if (!one.group().equals(group)) {
        group = one.group();
        s.append("\n## ").append(group).append("\n\n");
        s.append(one.about().isEmpty() ? "" : cell(one.about()) + ".\n\n");
        s.append("| setting | default | range | what it is | at the limit |\n");
        s.append("| --- | --- | --- | --- | --- |\n");
      }
      row(s, one);
    }
    return s.toString();
  }

  private static void row(StringBuilder s, Declaration one) {
    String name = one.key().substring(one.group().length() + 1);
    String byDefault = one.byDefault().isEmpty() ? "none" : one.byDefault();
    s.append("| `").append(name).append("` | ").append(cell(byDefault));
    s.append(" | ").append(cell(one.range()));
    s.append(" | ").append(cell(one.what()));
    s.append(" | ").append(cell(one.atLimit())).append(" |\n");
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("<", "&lt;");
  }
}
