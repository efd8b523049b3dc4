/**
 * Settings that are declared once, with {@link dev.parley.spi.Setting}: builders, checks and texts
 * are derived from the declaration. Start with {@link dev.parley.settings.SettingGroup}.
 */
@NullMarked
package dev.parley.settings;

import org.jspecify.annotations.NullMarked;
