package io.perennial.samples.incident;

/** The web applications, which differ only in what is named here. */
enum Variant {
    RAW("a", "ZooKeeper's client", "nobody closes it", "raw", "RawShop"),
    REAPED("b", "The same application", "the reaper is in its Tomcat", "raw", "RawShop"),
    CORE("c", "Perennial's core", "nobody closes it", "core", "PerennialShop"),
    LISTENER("d", "Perennial's listener", "two lines in web.xml", "listener", "ListenerShop");

    private final String key;
    private final String title;
    private final String subtitle;
    private final String libraries;
    private final String shop;

    Variant(String key, String title, String subtitle, String libraries, String shop) {
        this.key = key;
        this.title = title;
        this.subtitle = subtitle;
        this.libraries = libraries;
        this.shop = shop;
    }

    /** A letter. */
    String key() {
        return key;
    }

    String title() {
        return title;
    }

    String subtitle() {
        return subtitle;
    }

    /** The directory with the content of {@code WEB-INF/lib}. */
    String libraries() {
        return libraries;
    }

    /** The listener that registers the shop, of the package {@code webapp}. */
    String shop() {
        return shop;
    }

    boolean hasReaper() {
        return this == REAPED;
    }

    /** Whether the session is that of {@code ResilientSessionListener}. */
    boolean hasSessionListener() {
        return this == LISTENER;
    }

    /** Whether nothing may be left of it. */
    boolean expectedClean() {
        return this != RAW;
    }

    /** The virtual host that it is deployed on. */
    String host() {
        return key + ".example";
    }

    /** The ephemeral node that it registers. */
    String node() {
        return "/shop-" + key;
    }
}
