package dev.parley.transport.crypto;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts what became of the vectors of a file: run, inapplicable and why, failed. */
public final class VectorReport {

  private final String file;
  private final Map<String, Integer> inapplicable = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();
  private int run;

  public VectorReport(String file) {
    this.file = file;
  }

  /** One vector, which may throw or return false to fail. */
  @FunctionalInterface
  public interface Case {
    boolean holds() throws Exception;
  }

  /** Runs a vector and counts it. */
  public void run(String id, Case vector) {
    run++;
    try {
      if (!vector.holds()) {
        failures.add(file + " " + id + ": wrong result");
      }
    } catch (Exception | AssertionError e) {
      failures.add(file + " " + id + ": " + e);
    }
  }

  /** Counts a vector that the code under test cannot express. */
  public void inapplicable(String reason) {
    inapplicable.merge(reason, 1, Integer::sum);
  }

  public int runCount() {
    return run;
  }

  public int inapplicableCount() {
    return inapplicable.values().stream().mapToInt(Integer::intValue).sum();
  }

  public List<String> failures() {
    return failures;
  }

  /** Prints one line to the test output. */
  public VectorReport print() {
    System.out.println(this);
    return this;
  }

  @Override
  public String toString() {
    return "vectors: %s: %d run, %d failed, inapplicable %s"
        .formatted(file, run, failures.size(), inapplicable);
  }
}
