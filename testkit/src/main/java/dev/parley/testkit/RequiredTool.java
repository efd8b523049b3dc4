package dev.parley.testkit;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** The condition behind {@link RequiresTool}. */
final class RequiredTool implements ExecutionCondition {
  static final String STRICT_PARAMETER = "parley.test.strict";

  private static final List<String> SUFFIXES = List.of("", ".exe", ".cmd");

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return AnnotationSupport.findAnnotation(context.getElement(), RequiresTool.class)
        .map(required -> evaluate(required, context))
        .orElseGet(() -> ConditionEvaluationResult.enabled("no program is required"));
  }

  private static ConditionEvaluationResult evaluate(
      RequiresTool required, ExtensionContext context) {
    String path = System.getenv("PATH");
    List<String> missing =
        Arrays.stream(required.value())
            .filter(tool -> !isInstalled(tool, path == null ? "" : path))
            .toList();
    if (missing.isEmpty()) {
      return ConditionEvaluationResult.enabled("all required programs are installed");
    }
    String reason = "not installed: " + String.join(", ", missing);
    if (isStrict(context)) {
      throw new AssertionError(reason + " (and " + STRICT_PARAMETER + " is true)");
    }
    return ConditionEvaluationResult.disabled(reason);
  }

  private static boolean isStrict(ExtensionContext context) {
    return context.getConfigurationParameter(STRICT_PARAMETER).map(Boolean::valueOf).orElse(false);
  }

  /** Whether a directory of {@code path} has an executable named {@code tool}. */
  static boolean isInstalled(String tool, String path) {
    return Arrays.stream(path.split(Pattern.quote(File.pathSeparator)))
        .filter(directory -> !directory.isEmpty())
        .flatMap(RequiredTool::directory)
        .flatMap(directory -> SUFFIXES.stream().map(suffix -> directory.resolve(tool + suffix)))
        .anyMatch(file -> Files.isRegularFile(file) && Files.isExecutable(file));
  }

  private static Stream<Path> directory(String name) {
    try {
      return Stream.of(Path.of(name));
    } catch (InvalidPathException e) {
      return Stream.empty(); // nothing can be installed there
    }
  }
}
