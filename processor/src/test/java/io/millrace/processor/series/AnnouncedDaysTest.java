package io.millrace.processor.series;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AnnouncedDaysTest {
    private static final int TODAY = 20_414;

    @Test
    void shouldGiveDayOfTimestampsOnBothSidesOfMidnightAndOfTheEpoch() {
        assertThat(AnnouncedDays.dayOf(86_400_000L - 1)).isZero();
        assertThat(AnnouncedDays.dayOf(86_400_000L)).isEqualTo(1);
        assertThat(AnnouncedDays.dayOf(-1)).isEqualTo(-1);
    }

    @Test
    void shouldRememberEachDayOfTheLastSixteen() {
        int days = AnnouncedDays.NONE;
        for (int day = TODAY; day > TODAY - 16; day -= 3) {
            assertThat(AnnouncedDays.contains(days, day)).isFalse();
            assertThat(AnnouncedDays.covers(days, day)).isTrue();
            days = AnnouncedDays.with(days, day);
        }
        for (int day = TODAY; day > TODAY - 16; day--) {
            assertThat(AnnouncedDays.contains(days, day)).isEqualTo((TODAY - day) % 3 == 0);
        }
        assertThat(AnnouncedDays.latest(days)).isEqualTo(TODAY);
    }

    @Test
    void shouldForgetDaysThatFallOutOfTheWindow() {
        int days = AnnouncedDays.with(AnnouncedDays.with(AnnouncedDays.NONE, TODAY), TODAY + 15);
        assertThat(AnnouncedDays.contains(days, TODAY)).isTrue();
        days = AnnouncedDays.with(days, TODAY + 16);
        assertThat(AnnouncedDays.contains(days, TODAY)).isFalse();
        assertThat(AnnouncedDays.contains(days, TODAY + 15)).isTrue();
        assertThat(AnnouncedDays.covers(days, TODAY)).isFalse();
        assertThat(AnnouncedDays.with(days, TODAY + 100)).isEqualTo((TODAY + 100) << 16 | 1);
    }

    @Test
    void shouldNotCoverDaysItCannotExpress() {
        assertThat(AnnouncedDays.covers(AnnouncedDays.NONE, -1)).isFalse();
        assertThat(AnnouncedDays.covers(AnnouncedDays.NONE, 0)).isFalse();
        assertThat(AnnouncedDays.covers(AnnouncedDays.NONE, 65_536)).isFalse();
        assertThat(AnnouncedDays.covers(AnnouncedDays.NONE, 65_535)).isTrue();
        assertThat(AnnouncedDays.contains(AnnouncedDays.with(AnnouncedDays.NONE, 65_535), 65_535))
                .isTrue();
        assertThat(AnnouncedDays.contains(AnnouncedDays.NONE, 0)).isFalse();
    }
}
