package dev.parley.transport.crypto;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the AEAD provider for an algorithm: of the built-in ones and those that {@link
 * ServiceLoader} finds, the one with the highest priority that passes its known-answer test. The
 * system property {@value #PROPERTY} names the only one to be used instead; {@code accp}, whose
 * native library is slow to load, is then not even looked for.
 *
 * <p>Built in are {@code accp}, where the Amazon Corretto Crypto Provider is on the classpath,
 * {@code jca}, the JDK's ciphers, and {@code bouncycastle}.
 *
 * <p>The choice is made once per algorithm and kept. {@link #report} tells what was chosen or
 * skipped, and why. Thread-safe.
 */
public final class AeadProviders {
  /** The name of the one provider to be used; unset or empty for any. */
  public static final String PROPERTY = "parley.aead";

  private static final Logger log = LoggerFactory.getLogger(AeadProviders.class);
  private static final Map<AeadAlgorithm, Selection> SELECTED = new EnumMap<>(AeadAlgorithm.class);

  /** A loader may report one fault again and again. */
  private static final int MAX_UNLOADABLE = 16;

  private AeadProviders() {}

  /** What happened to one provider when an algorithm was looked for. */
  public enum Status {
    /** Passed the test and is in use. */
    SELECTED,
    /** Not tested: a provider of higher priority is in use. */
    STANDBY,
    /** Does not implement the algorithm here. */
    UNSUPPORTED,
    /** Another one is named by the system property. */
    NOT_WANTED,
    /** Gave a wrong answer, or failed to load; never used. */
    FAILED
  }

  /**
   * The outcome for one provider.
   *
   * @param provider the provider's name, or {@code service} if it could not be loaded
   * @param priority its priority
   * @param status the outcome
   * @param detail a sentence for the log; empty unless the provider failed
   */
  public record Candidate(String provider, int priority, Status status, String detail) {}

  /** The provider for an algorithm and the report of how it was found. */
  record Selection(@Nullable AeadProvider provider, List<Candidate> candidates) {}

  /**
   * Returns the provider for an algorithm.
   *
   * @throws IllegalStateException if no provider passes its known-answer test
   */
  public static AeadProvider select(AeadAlgorithm algorithm) {
    AeadProvider provider = selection(algorithm).provider();
    if (provider == null) {
      throw new IllegalStateException(
          "no provider for " + algorithm + " passes its test: " + report(algorithm));
    }
    return provider;
  }

  /** Lists what became of each provider for an algorithm, highest priority first. */
  public static List<Candidate> report(AeadAlgorithm algorithm) {
    return selection(algorithm).candidates();
  }

  /** The providers that are part of this module, highest priority first. */
  public static List<AeadProvider> builtIn() {
    return builtIn("");
  }

  private static List<AeadProvider> builtIn(String wanted) {
    List<AeadProvider> providers = new ArrayList<>();
    AeadProvider corretto =
        isWanted(CorrettoAeadProvider.NAME, wanted) ? CorrettoAeadProvider.find() : null;
    if (corretto != null) {
      providers.add(corretto);
    }
    providers.add(new JcaAeadProvider());
    providers.add(new BouncyCastleAeadProvider());
    return List.copyOf(providers);
  }

  private static boolean isWanted(String name, String wanted) {
    return wanted.isEmpty() || wanted.equals(name);
  }

  private static Selection selection(AeadAlgorithm algorithm) {
    synchronized (SELECTED) {
      return SELECTED.computeIfAbsent(algorithm, AeadProviders::find);
    }
  }

  private static Selection find(AeadAlgorithm algorithm) {
    Selection selection = find(algorithm, AeadProviders.class.getClassLoader());
    for (Candidate candidate : selection.candidates()) {
      if (candidate.status() == Status.SELECTED) {
        log.info("{} is by {}", algorithm, candidate.provider());
      } else if (candidate.status() == Status.FAILED) {
        log.warn("{} for {} is not used: {}", candidate.provider(), algorithm, candidate.detail());
      }
    }
    return selection;
  }

  static Selection find(AeadAlgorithm algorithm, @Nullable ClassLoader loader) {
    List<Candidate> unloadable = new ArrayList<>();
    String wanted = System.getProperty(PROPERTY, "");
    List<AeadProvider> providers = new ArrayList<>(builtIn(wanted));
    Iterator<AeadProvider> services = ServiceLoader.load(AeadProvider.class, loader).iterator();
    boolean more = true;
    while (more && unloadable.size() < MAX_UNLOADABLE) {
      try {
        more = services.hasNext();
        if (more) {
          providers.add(services.next());
        }
      } catch (ServiceConfigurationError e) {
        unloadable.add(new Candidate("service", 0, Status.FAILED, String.valueOf(e.getMessage())));
      }
    }
    return choose(providers, unloadable, algorithm, wanted);
  }

  static Selection choose(
      List<AeadProvider> providers,
      List<Candidate> unloadable,
      AeadAlgorithm algorithm,
      String wanted) {
    AeadProvider chosen = null;
    List<Candidate> candidates = new ArrayList<>();
    List<AeadProvider> ranked = new ArrayList<>(providers);
    ranked.sort(Comparator.comparingInt(AeadProvider::priority).reversed());
    for (AeadProvider provider : ranked) {
      Candidate outcome =
          isWanted(provider.name(), wanted)
              ? test(provider, algorithm, chosen != null)
              : new Candidate(provider.name(), provider.priority(), Status.NOT_WANTED, "");
      candidates.add(outcome);
      if (outcome.status() == Status.SELECTED) {
        chosen = provider;
      }
    }
    candidates.addAll(unloadable);
    return new Selection(chosen, List.copyOf(candidates));
  }

  private static Candidate test(AeadProvider provider, AeadAlgorithm algorithm, boolean taken) {
    Status status = Status.STANDBY;
    String detail = "";
    try {
      if (!provider.supports(algorithm)) {
        status = Status.UNSUPPORTED;
      } else if (!taken) {
        String fault = AeadSelfTest.run(provider, algorithm);
        status = fault.isEmpty() ? Status.SELECTED : Status.FAILED;
        detail = fault;
      }
    } catch (RuntimeException | LinkageError e) {
      status = Status.FAILED;
      detail = "threw " + e.getClass().getName();
    }
    return new Candidate(provider.name(), provider.priority(), status, detail);
  }
}
