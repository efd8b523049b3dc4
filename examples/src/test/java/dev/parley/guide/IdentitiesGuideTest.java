package dev.parley.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.parley.AgentId;
import dev.parley.Identity;
import dev.parley.IdentityFileException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentitiesGuideTest {
  private static final Page PAGE = Page.of("identities-and-keys.md");

  @Test
  void keepsAnIdentity(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("bob.pem");
    // region keep
    Identity bob = Files.exists(file) ? Identity.load(file) : Identity.generate();
    if (!Files.exists(file)) {
      bob.save(file); // readable by its owner only; bob.pem.pub holds the id
    }
    // endregion
    assertThat(Identity.load(file).id()).isEqualTo(bob.id());

    tells(directory, () -> bob.save(file));
    tells(directory, () -> Identity.load(directory.resolve("none.pem")));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    tells(directory, () -> Identity.load(file));
  }

  private static void tells(Path directory, Runnable action) {
    IdentityFileException e = (IdentityFileException) catchThrowable(action::run);
    PAGE.tells(e.getMessage().replace(directory + "/", ""));
  }

  @Test
  void encryptsAKey(@TempDir Path directory) {
    Path file = directory.resolve("alice.pem");
    char[] passphrase = "correct horse".toCharArray();
    // region passphrase
    Identity.generate().save(file, passphrase);
    Identity alice = Identity.load(file, passphrase); // takes about half a second
    java.util.Arrays.fill(passphrase, ' ');
    // endregion
    assertThat(alice.id()).isNotNull();
    tells(directory, () -> Identity.load(file));
    tells(directory, () -> Identity.load(file, "wrong".toCharArray()));
  }

  @Test
  void signs() {
    Identity bob = Identity.generate();
    // region sign
    byte[] receipt = "clown sold for 50".getBytes(StandardCharsets.UTF_8);
    byte[] signature = bob.sign("auction-receipt", receipt);
    AgentId whoSigned = AgentId.parse(bob.id().toString());
    boolean genuine = whoSigned.verify("auction-receipt", receipt, signature);
    // endregion
    assertThat(genuine).isTrue();
    assertThat(whoSigned.verify("other-purpose", receipt, signature)).isFalse();
  }
}
