package io.perennial.samples.journal;

/** Reports as sessions write them. */
final class Reports {
    private Reports() {}

    /** Of a session that was lost once and got a new server session. */
    static String lostOnce() {
        return """
            {"name":"orders","at":"2026-03-15T04:00:00.500Z","state":"CONNECTED","inStateMillis":10500,
             "session":{"generation":2,"sessionId":"0x10001829a1f0001","requestedTimeoutMillis":4000,
              "negotiatedTimeoutMillis":4000,"server":"zk1/10.0.0.1:2181","establishedAt":"2026-03-15T03:59:49Z"},
             "leaseMillis":3900,"nodes":{"wanted":10,"held":9},"watches":{"wanted":20,"armed":20},
             "callbackFailures":0,"problems":["/workers/a: somebody's <b>node</b> stands in the way"],
             "lastLoss":null,
             "transitions":[
              {"at":"2026-03-15T03:59:40Z","from":"CONNECTED","to":"SUSPENDED","cause":"CONNECTION_LOST",
               "inPreviousStateMillis":3600000,"generation":1,"detail":"the connection broke","diagnosis":null},
              {"at":"2026-03-15T03:59:44Z","from":"SUSPENDED","to":"LOST","cause":"LEASE_ELAPSED",
               "inPreviousStateMillis":4000,"generation":null,"detail":"no word for 4000 ms",
               "diagnosis":{"kind":"NO_SERVER","silenceMillis":4007,"longestPauseMillis":12,
                "explanation":"no server could be reached for 4007 ms"}},
              {"at":"2026-03-15T03:59:49.900Z","from":"LOST","to":"RESTORING","cause":"SESSION_CREATED",
               "inPreviousStateMillis":5900,"generation":2,"detail":"a new session","diagnosis":null},
              {"at":"2026-03-15T03:59:50Z","from":"RESTORING","to":"CONNECTED","cause":"RESTORED",
               "inPreviousStateMillis":100,"generation":2,"detail":"all is back","diagnosis":null}],
             "restorations":[{"at":"2026-03-15T03:59:49.900Z","tookMillis":100,"generation":2,
              "attachment":"NEW_SESSION","nodes":9,"watches":20,"completed":true}]}
            """;
    }
}
