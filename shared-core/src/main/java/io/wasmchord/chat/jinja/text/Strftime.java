package io.wasmchord.chat.jinja.text;

/** Dates as C's {@code strftime} writes them in English. */
public final class Strftime {
  private static final String[] DAYS = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"
  };
  private static final String[] MONTHS = {
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December"
  };
  private static final int DAY = 86_400;

  private final long year;
  private final int month;
  private final int dayOfMonth;
  private final int dayOfYear;
  private final int weekday;
  private final int second;

  /** Splits seconds since 1970 into a date, by the Gregorian calendar's cycle of 400 years. */
  private Strftime(long seconds) {
    long days = Math.floorDiv(seconds, (long) DAY);
    second = (int) Math.floorMod(seconds, (long) DAY);
    weekday = (int) Math.floorMod(days + 4, 7L); // 1 January 1970 was a Thursday
    long shifted = days + 719_468; // since 1 March of the year 0, so that leap days come last
    long era = Math.floorDiv(shifted, 146_097L);
    int day = (int) Math.floorMod(shifted, 146_097L);
    int yearOfEra = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    int fromMarch = day - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int monthFromMarch = (5 * fromMarch + 2) / 153;
    dayOfMonth = fromMarch - (153 * monthFromMarch + 2) / 5 + 1;
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
    boolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    dayOfYear = month <= 2 ? fromMarch - 306 : fromMarch + 59 + (leap ? 1 : 0);
  }

  /** {@code format} with its {@code %} codes replaced; codes that are not known stay. */
  public static String format(String format, long localSeconds) {
    Strftime date = new Strftime(localSeconds);
    StringBuilder out = new StringBuilder();
    int i = 0;
    while (i < format.length()) {
      char c = format.charAt(i++);
      if (c != '%' || i == format.length()) {
        out.append(c);
        continue;
      }
      boolean plain = format.charAt(i) == '-' && i + 1 < format.length();
      i += plain ? 1 : 0;
      String field = date.field(format.charAt(i++));
      out.append(plain ? withoutZeros(field) : field);
    }
    return out.toString();
  }

  private static String withoutZeros(String number) {
    int i = 0;
    while (i < number.length() - 1 && (number.charAt(i) == '0' || number.charAt(i) == ' ')) {
      i++;
    }
    return number.substring(i);
  }

  private String field(char code) {
    int hour = second / 3600;
    int half = hour % 12 == 0 ? 12 : hour % 12;
    return switch (code) {
      case 'Y' -> Long.toString(year);
      case 'y' -> padded(Math.floorMod(year, 100L), 2);
      case 'm' -> padded(month, 2);
      case 'd' -> padded(dayOfMonth, 2);
      case 'e' -> (dayOfMonth < 10 ? " " : "") + dayOfMonth;
      case 'j' -> padded(dayOfYear + 1L, 3);
      case 'H' -> padded(hour, 2);
      case 'I' -> padded(half, 2);
      case 'M' -> padded(second / 60 % 60, 2);
      case 'S' -> padded(second % 60, 2);
      case 'p' -> hour < 12 ? "AM" : "PM";
      case 'A' -> DAYS[weekday];
      case 'a' -> DAYS[weekday].substring(0, 3);
      case 'B' -> MONTHS[month - 1];
      case 'b', 'h' -> MONTHS[month - 1].substring(0, 3);
      case 'w' -> Integer.toString(weekday);
      case 'F' -> field('Y') + "-" + field('m') + "-" + field('d');
      case 'T' -> field('H') + ":" + field('M') + ":" + field('S');
      case 'D' -> field('m') + "/" + field('d') + "/" + field('y');
      case '%' -> "%";
      default -> "%" + code;
    };
  }

  private static String padded(long value, int width) {
    String digits = Long.toString(value);
    return "0".repeat(Math.max(0, width - digits.length())) + digits;
  }
}
