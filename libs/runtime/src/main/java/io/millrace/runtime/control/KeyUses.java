package io.millrace.runtime.control;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The last use of each access key in this process, since somebody last asked. Noting is cheap enough for every request:
 * a key used again within the same second costs one look-up. Safe for any thread.
 */
public final class KeyUses {
    /** Only keys that were accepted are noted, so there are never more than keys in force; this bounds a mistake. */
    private static final int MAX_KEYS = 100_000;

    private final Clock clock;
    private final Map<String, KeyUse> uses = new ConcurrentHashMap<>();

    public KeyUses(Clock clock) {
        this.clock = clock;
    }

    /** The key was accepted in a request from this address. */
    public void note(String keyId, String address) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        KeyUse last = uses.get(keyId);
        boolean noted = last != null && last.at().equals(now) && last.address().equals(address);
        if (!noted && (last != null || uses.size() < MAX_KEYS)) {
            uses.put(keyId, new KeyUse(now, address));
        }
    }

    /** Gives all uses by key id and forgets them. */
    public Map<String, KeyUse> drain() {
        Map<String, KeyUse> drained = new HashMap<>();
        for (String keyId : uses.keySet()) {
            KeyUse use = uses.remove(keyId);
            if (use != null) {
                drained.put(keyId, use);
            }
        }
        return drained;
    }
}
