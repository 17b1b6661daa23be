package io.perennial.samples.leader;

import io.perennial.test.IndependentClient;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import org.apache.zookeeper.data.Stat;

/** What the servers have of the work, read by a client of its own. */
final class Books {
    private final IndependentClient observer;

    /** One time that a job was done. */
    record Entry(String job, int epoch, int number) {}

    Books(IndependentClient observer) {
        this.observer = observer;
    }

    void order(List<String> jobs) {
        observer.create(Worker.JOBS, new byte[0]);
        jobs.forEach(job -> observer.create(Worker.JOBS + "/" + job, new byte[0]));
    }

    String stateOf(String job) {
        return text(Worker.JOBS + "/" + job);
    }

    /** In the order in which the servers applied them. */
    List<Entry> journal() {
        return observer.children(Worker.JOURNAL).stream()
                .map(this::entry)
                .sorted(Comparator.comparingInt(Entry::number))
                .toList();
    }

    /** How many children it got and lost, ever. */
    int changesOfJournal() {
        return stat(Worker.JOURNAL).getCversion();
    }

    /** The names of those who lead or wait for it. */
    List<String> candidates() {
        return observer.children(Worker.LATCH).stream()
                .map(node -> text(Worker.LATCH + "/" + node))
                .toList();
    }

    /** Of {@code _c_<id>-<job>-<number>}. */
    private Entry entry(String node) {
        int number = node.lastIndexOf('-');
        String job = node.substring(node.lastIndexOf("job-", number), number);
        int epoch = Integer.parseInt(text(Worker.JOURNAL + "/" + node).replace("epoch ", ""));
        return new Entry(job, epoch, Integer.parseInt(node.substring(number + 1)));
    }

    private Stat stat(String path) {
        return observer.stat(path).orElseThrow();
    }

    private String text(String path) {
        return new String(observer.data(path), StandardCharsets.UTF_8);
    }
}
