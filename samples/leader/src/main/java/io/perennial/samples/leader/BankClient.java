package io.perennial.samples.leader;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The effect outside ZooKeeper: asks a {@link Bank} to pay. */
final class BankClient {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI bank;
    private final String payer;

    BankClient(URI bank, String payer) {
        this.bank = bank;
        this.payer = payer;
    }

    /**
     * Pays: once, however often the same job is asked for.
     *
     * @return false when it refuses this epoch
     * @throws IOException when there is no answer: it may have paid
     */
    boolean pay(String job, int epoch) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(bank.resolve("/" + payer + "/" + epoch + "/" + job))
                .POST(BodyPublishers.noBody())
                .timeout(PATIENCE)
                .build();
        HttpResponse<Void> answer = http.send(request, BodyHandlers.discarding());
        return switch (answer.statusCode()) {
            case HttpURLConnection.HTTP_OK -> true;
            case HttpURLConnection.HTTP_CONFLICT -> false;
            default -> throw new IOException(bank + " answered " + answer.statusCode());
        };
    }
}
