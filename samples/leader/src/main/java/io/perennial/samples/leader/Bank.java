package io.perennial.samples.leader;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** The world outside ZooKeeper, which pays what it is asked to by HTTP: {@code POST /<payer>/<epoch>/<job>}. */
final class Bank implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Consumer<Request> beforeAnswer;
    private final Set<String> paid = new HashSet<>();
    private int newest;

    /** Which instance asked for what, and what the bank has done. */
    record Request(String payer, int epoch, String job, Answer answer) {}

    enum Answer {
        PAID,
        PAID_BEFORE,
        REFUSED
    }

    /** Listens on this machine only; 0 is any free port. */
    Bank(int port, Consumer<Request> beforeAnswer) throws IOException {
        this.beforeAnswer = beforeAnswer;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** Takes a port, and prints the requests. */
    public static void main(String[] args) throws IOException {
        var bank = new Bank(Integer.parseInt(args[0]), System.out::println);
        System.out.println("The bank is at " + bank.address());
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    // [receiver]
    synchronized Answer pay(String job, int epoch) {
        if (epoch < newest) {
            return Answer.REFUSED; // by a leader that has a successor, however late this comes
        }
        newest = epoch;
        return paid.add(job) ? Answer.PAID : Answer.PAID_BEFORE; // the job's name is the key of the payment
    }
    // [end]

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String[] path = exchange.getRequestURI().getPath().split("/", -1);
            int epoch = Integer.parseInt(path[2]);
            Answer answer = pay(path[3], epoch);
            beforeAnswer.accept(new Request(path[1], epoch, path[3], answer));
            int status = answer == Answer.REFUSED ? HttpURLConnection.HTTP_CONFLICT : HttpURLConnection.HTTP_OK;
            exchange.sendResponseHeaders(status, -1);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
