package dev.parley.transport.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.parley.transport.crypto.AeadProviders.Candidate;
import dev.parley.transport.crypto.AeadProviders.Selection;
import dev.parley.transport.crypto.AeadProviders.Status;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AeadProvidersTest {

  private static final AeadAlgorithm AES = AeadAlgorithm.AES_256_GCM;

  /** BouncyCastle's keys under another name and priority, changed by a function. */
  private record Fake(String name, int priority, UnaryOperator<AeadKey> change)
      implements AeadProvider {

    @Override
    public boolean supports(AeadAlgorithm algorithm) {
      return true;
    }

    @Override
    public AeadKey key(AeadAlgorithm algorithm, byte[] key32) {
      return change.apply(new BouncyCastleAeadKey(algorithm, key32));
    }
  }

  /** Passes all calls on. */
  private static class Passing implements AeadKey {

    final AeadKey inner;

    Passing(AeadKey inner) {
      this.inner = inner;
    }

    @Override
    public int seal(long n, byte[] ad, byte[] in, int inOff, int len, byte[] out, int outOff) {
      return inner.seal(n, ad, in, inOff, len, out, outOff);
    }

    @Override
    public int open(long n, byte[] ad, byte[] in, int inOff, int len, byte[] out, int outOff)
        throws AeadException {
      return inner.open(n, ad, in, inOff, len, out, outOff);
    }

    @Override
    public void rekey() {
      inner.rekey();
    }

    @Override
    public void destroy() {
      inner.destroy();
    }
  }

  private static final class WrongCiphertext extends Passing {

    WrongCiphertext(AeadKey inner) {
      super(inner);
    }

    @Override
    public int seal(long n, byte[] ad, byte[] in, int inOff, int len, byte[] out, int outOff) {
      int written = super.seal(n, ad, in, inOff, len, out, outOff);
      out[outOff] ^= 1;
      return written;
    }
  }

  private static final class IgnoresTag extends Passing {

    IgnoresTag(AeadKey inner) {
      super(inner);
    }

    @Override
    public int open(long n, byte[] ad, byte[] in, int inOff, int len, byte[] out, int outOff)
        throws AeadException {
      try {
        return super.open(n, ad, in, inOff, len, out, outOff);
      } catch (AeadException e) {
        byte[] plain = "parley known answer: two blocks and a bit more".getBytes();
        System.arraycopy(plain, 0, out, outOff, plain.length);
        return plain.length;
      }
    }
  }

  private static final class ForgetsToRekey extends Passing {

    ForgetsToRekey(AeadKey inner) {
      super(inner);
    }

    @Override
    public void rekey() {}

    @Override
    public int seal(long n, byte[] ad, byte[] in, int inOff, int len, byte[] out, int outOff) {
      return in == out
          ? new Passing(new BouncyCastleAeadKey(AES, new byte[32]))
              .seal(n, ad, in, inOff, len, out, outOff)
          : super.seal(n, ad, in, inOff, len, out, outOff);
    }
  }

  @Test
  void prefersTheJdkAndKeepsBouncyCastleInReserve() {
    assertThat(AeadProviders.find(AeadAlgorithm.CHACHA20_POLY1305, null).candidates())
        .filteredOn(candidate -> candidate.status() != Status.UNSUPPORTED)
        .containsExactly(
            new Candidate("jca", 100, Status.SELECTED, ""),
            new Candidate("bouncycastle", 10, Status.STANDBY, ""));
    assertThat(AeadProviders.select(AES)).isSameAs(AeadProviders.select(AES));
  }

  @Test
  void prefersCorrettoWhereItIsPresent() {
    assumeThat(AeadInternals.providersOf(AES))
        .as("Corretto has a library for this platform")
        .extracting(AeadProvider::name)
        .contains("accp");
    assertThat(AeadProviders.find(AES, null).candidates())
        .containsExactly(
            new Candidate("accp", 200, Status.SELECTED, ""),
            new Candidate("jca", 100, Status.STANDBY, ""),
            new Candidate("bouncycastle", 10, Status.STANDBY, ""));
  }

  @Test
  void usesTheOneProviderThatIsWanted() {
    List<AeadProvider> all =
        List.of(
            new Fake("fast", 300, key -> key),
            new JcaAeadProvider(),
            new BouncyCastleAeadProvider());

    Selection selection = AeadProviders.choose(all, List.of(), AES, "jca");
    Selection none = AeadProviders.choose(all, List.of(), AES, "other");

    assertThat(selection.provider()).isInstanceOf(JcaAeadProvider.class);
    assertThat(selection.candidates())
        .containsExactly(
            new Candidate("fast", 300, Status.NOT_WANTED, ""),
            new Candidate("jca", 100, Status.SELECTED, ""),
            new Candidate("bouncycastle", 10, Status.NOT_WANTED, ""));
    assertThat(none.provider()).isNull();
  }

  @ParameterizedTest
  @EnumSource(AeadAlgorithm.class)
  void everyBuiltInProviderPassesTheSelfTest(AeadAlgorithm algorithm) {
    assertThat(AeadInternals.providersOf(algorithm))
        .allSatisfy(provider -> assertThat(AeadSelfTest.run(provider, algorithm)).isEmpty());
  }

  @Test
  void skipsProvidersThatGiveWrongAnswersAndSaysWhy() {
    Selection selection =
        AeadProviders.choose(
            List.of(
                new BouncyCastleAeadProvider(),
                new Fake("wrong", 900, WrongCiphertext::new),
                new Fake("forger", 800, IgnoresTag::new),
                new Fake("stale", 700, ForgetsToRekey::new),
                new Fake(
                    "broken",
                    600,
                    key -> {
                      throw new UnsupportedOperationException();
                    })),
            List.of(),
            AES,
            "");

    assertThat(selection.provider()).isInstanceOf(BouncyCastleAeadProvider.class);
    assertThat(selection.candidates())
        .extracting(Candidate::provider, Candidate::status, Candidate::detail)
        .containsExactly(
            tuple("wrong", Status.FAILED, "wrong ciphertext"),
            tuple("forger", Status.FAILED, "opens a forged ciphertext"),
            tuple("stale", Status.FAILED, "wrong ciphertext after rekey"),
            tuple("broken", Status.FAILED, "threw java.lang.UnsupportedOperationException"),
            tuple("bouncycastle", Status.SELECTED, ""));
  }

  @Test
  void takesAnAddedProviderOfHigherPriority() {
    Fake added = new Fake("added", 200, key -> key);

    Selection selection =
        AeadProviders.choose(List.of(new JcaAeadProvider(), added), List.of(), AES, "");

    assertThat(selection.provider()).isSameAs(added);
  }

  /** Found by name through the service file of the test below. */
  public static final class Service implements AeadProvider {

    @Override
    public String name() {
      return "service-test";
    }

    @Override
    public int priority() {
      return 300;
    }

    @Override
    public boolean supports(AeadAlgorithm algorithm) {
      return algorithm == AES;
    }

    @Override
    public AeadKey key(AeadAlgorithm algorithm, byte[] key32) {
      return new BouncyCastleAeadKey(algorithm, key32);
    }
  }

  @Test
  void findsServicesAndReportsThoseThatDoNotLoad(@TempDir Path directory) throws Exception {
    Path services = Files.createDirectories(directory.resolve("META-INF/services"));
    Files.writeString(
        services.resolve(AeadProvider.class.getName()),
        "no.such.Provider\n" + Service.class.getName() + "\n");
    URL[] urls = {directory.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(urls, getClass().getClassLoader())) {
      assertThat(AeadProviders.find(AES, loader).candidates())
          .extracting(Candidate::provider, Candidate::status)
          .contains(
              tuple("service-test", Status.SELECTED),
              tuple("jca", Status.STANDBY),
              tuple("bouncycastle", Status.STANDBY),
              tuple("service", Status.FAILED));
      assertThat(AeadProviders.find(AeadAlgorithm.CHACHA20_POLY1305, loader).candidates())
          .extracting(Candidate::provider, Candidate::status)
          .contains(tuple("service-test", Status.UNSUPPORTED), tuple("jca", Status.SELECTED));
    }
  }

  @Test
  void findsNoneWhereAllFail() {
    Selection selection =
        AeadProviders.choose(
            List.of(new Fake("wrong", 1, WrongCiphertext::new)), List.of(), AES, "");

    assertThat(selection.provider()).isNull();
  }
}
