package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Network;
import dev.parley.cli.options.NetworkOptions;
import dev.parley.fuzz.Decoder;
import dev.parley.fuzz.Seeds;
import java.util.List;

/** Files with the secret of a network. */
public final class SecretDecoders {
  private SecretDecoders() {}

  public static List<Decoder> list() {
    return List.of(
        Decoder.of(
            "network-secret",
            IllegalArgumentException.class,
            Seeds.all(
                Seeds.texts(
                    "0123456789abcdef".repeat(4) + "\n",
                    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
                Seeds.random(1, 32)),
            in -> {
              Network network = Network.secret(NetworkOptions.secret(in));
              assertThat(network.isOpen()).isFalse();
            }));
  }
}
