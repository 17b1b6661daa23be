package io.perennial.samples.shop;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.scheduling.annotation.EnableScheduling;

/** The application. It needs a {@link Trouble} bean for its page's buttons; otherwise it is an ordinary one. */
@SpringBootApplication
@EnableScheduling
public class ShopApplication {}
