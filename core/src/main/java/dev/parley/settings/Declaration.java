package dev.parley.settings;

/**
 * What is declared of one setting: enough for a page of documentation, or for the metadata of a
 * framework.
 *
 * @param key the whole name, as in a configuration file: {@code transport.liveness.pingIdle}
 * @param type the type of the value
 * @param unit {@code bytes}, {@code percent}, {@code time}, or empty for a number of things
 * @param byDefault the value unless set, as text; of some it depends on the machine
 * @param range the values that are allowed, as text
 * @param what what the setting is
 * @param atLimit what happens when the limit is reached; may be empty
 * @param group the key of the group that it is in: {@code transport.liveness}
 * @param about what the group is about; empty for settings of the outermost group
 */
public record Declaration(
    String key,
    Class<?> type,
    String unit,
    String byDefault,
    String range,
    String what,
    String atLimit,
    String group,
    String about) {}
