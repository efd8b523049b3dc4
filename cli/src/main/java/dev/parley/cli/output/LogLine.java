package dev.parley.cli.output;

import ch.qos.logback.classic.pattern.TargetLengthBasedClassNameAbbreviator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** A line of the log, {@code 12:34:56.789 WARN d.p.node.AgentNode - text}, and a stack trace. */
final class LogLine extends LayoutBase<ILoggingEvent> {
  private static final int LOGGER_NAME_CHARS = 20;
  private static final int LEVEL_CHARS = 5;

  /** Made with the first line: most commands log nothing, and a formatter is slow to make. */
  private static final class Parts {
    static final DateTimeFormatter TIME =
        DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneId.systemDefault());
    static final TargetLengthBasedClassNameAbbreviator NAME =
        new TargetLengthBasedClassNameAbbreviator(LOGGER_NAME_CHARS);
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    String level = event.getLevel().toString();
    String line =
        Parts.TIME.format(Instant.ofEpochMilli(event.getTimeStamp()))
            + " "
            + level
            + " ".repeat(Math.max(0, LEVEL_CHARS - level.length()))
            + " "
            + Parts.NAME.abbreviate(event.getLoggerName())
            + " - "
            + event.getFormattedMessage()
            + System.lineSeparator();
    IThrowableProxy thrown = event.getThrowableProxy();
    return thrown == null ? line : line + ThrowableProxyUtil.asString(thrown);
  }
}
