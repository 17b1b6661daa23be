package io.perennial.soak.check;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one watch may report next. */
abstract sealed class TellingRule {
    private static final long NONE = -1;

    static TellingRule of(String kind) {
        return switch (kind) {
            case "NODE" -> new Node();
            case "CHILDREN" -> new Children();
            case "TREE" -> new Tree();
            default -> throw new IllegalArgumentException(kind);
        };
    }

    /** The servers may have another history from here on. */
    abstract void restarted();

    /** What is wrong with it; empty when nothing is. */
    abstract String hear(List<String> values);

    private static final class Node extends TellingRule {
        private List<String> last = List.of();
        private long latest = NONE;

        @Override
        void restarted() {
            latest = NONE;
        }

        @Override
        String hear(List<String> values) {
            long czxid = Long.parseLong(values.get(0));
            long mzxid = Long.parseLong(values.get(1));
            String wrong = "";
            if (values.equals(last)) {
                wrong = "that was told last";
            } else if (czxid != NONE && mzxid < latest) {
                wrong = "zxid " + latest + " had been told before";
            } else if (czxid != NONE && last.equals(List.of("-1", "-1", "0")) && czxid <= latest) {
                wrong = "it was told to be gone after zxid " + latest;
            }
            last = values;
            latest = Math.max(latest, mzxid);
            return wrong;
        }
    }

    private static final class Children extends TellingRule {
        private Set<String> last = Set.of();

        @Override
        void restarted() {
            // Names follow from names all the same.
        }

        @Override
        String hear(List<String> values) {
            Set<String> all = names(values.get(0));
            Set<String> added = new HashSet<>(all);
            added.removeAll(last);
            Set<String> removed = new HashSet<>(last);
            removed.removeAll(all);
            String wrong = added.equals(names(values.get(1))) && removed.equals(names(values.get(2)))
                    ? ""
                    : "it follows on " + last;
            last = all;
            return wrong;
        }

        private static Set<String> names(String text) {
            return text.isEmpty() ? Set.of() : new HashSet<>(Arrays.asList(text.split(",", -1)));
        }
    }

    private static final class Tree extends TellingRule {
        /** The latest zxid of each path; negative for what is gone. */
        private final Map<String, Long> known = new HashMap<>();

        private boolean restarted;

        @Override
        void restarted() {
            restarted = true;
        }

        @Override
        String hear(List<String> values) {
            if (restarted) {
                known.replaceAll((path, zxid) -> zxid > 0 ? 1L : NONE);
                restarted = false;
            }
            String path = values.get(1);
            long czxid = Long.parseLong(values.get(2));
            long mzxid = Long.parseLong(values.get(3));
            long before = known.getOrDefault(path, NONE);
            boolean present = before > 0;
            known.put(path, values.get(0).equals("DELETED") ? -Math.abs(before) : mzxid);
            return switch (values.get(0)) {
                case "CREATED" ->
                    present ? "it was there" : czxid <= Math.abs(before) && before != NONE ? late(before) : "";
                case "CHANGED" -> !present ? "it was not there" : mzxid <= before ? late(before) : "";
                case "DELETED" -> present ? "" : "it was not there";
                default -> "unknown";
            };
        }

        private static String late(long before) {
            return "zxid " + Math.abs(before) + " had been told before";
        }
    }
}
