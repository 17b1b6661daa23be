package io.perennial.samples.shop;

import io.perennial.spring.PayloadConverter;
import org.springframework.core.ResolvableType;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Converts a watch's data to {@link Settings}, with the JSON mapper that the application has for the web anyway. */
@Component
class SettingsPayload implements PayloadConverter {
    private final JsonMapper json;

    SettingsPayload(JsonMapper json) {
        this.json = json;
    }

    @Override
    public boolean supports(ResolvableType type) {
        return type.resolve() == Settings.class;
    }

    @Override
    public Settings read(byte[] data, ResolvableType type) {
        return json.readValue(data, Settings.class);
    }

    @Override
    public byte[] write(Object value, ResolvableType type) {
        return json.writeValueAsBytes(value);
    }
}
