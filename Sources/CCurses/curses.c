#include "CCurses.h"

#define _XOPEN_SOURCE_EXTENDED 1
#define NCURSES_WIDECHAR 1
#include <langinfo.h>
#include <locale.h>
#include <ncurses.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

static SCREEN *screen;

int ccurses_is_utf8(void) {
  static int known = -1;
  if (known < 0) {
    setlocale(LC_CTYPE, "");
    known = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
  }
  return known;
}

int ccurses_colours(void) {
  int status;
  if (!screen && setupterm(NULL, STDOUT_FILENO, &status) != OK) return 0;
  const int n = tigetnum("colors");
  return n > 0 ? n : 0;
}

int ccurses_start(void) {
  ccurses_is_utf8();
  if (!screen) screen = newterm(NULL, stdout, stdin);
  if (!screen) return 0;
  const char *move = tigetstr("cup");
  if (!move || move == (const char *)-1) {
    endwin();
    delscreen(screen);
    screen = NULL;
    return 0;
  }
  set_term(screen);
  raw();
  noecho();
  nonl();
  keypad(stdscr, TRUE);
  nodelay(stdscr, TRUE);
  // Curses would put an update off while a key waits, and the screen would lag behind.
  typeahead(-1);
  set_escdelay(25);
  curs_set(0);
  if (has_colors()) {
    start_color();
    use_default_colors();
  }
  return 1;
}

void ccurses_stop(void) {
  if (screen && !isendwin()) endwin();
}

int ccurses_rows(void) { return LINES; }
int ccurses_columns(void) { return COLS; }

// Pairs are made as they come up and kept: a screen uses few, a grey picture 24 × 24.
static int pair_of(int foreground, int background) {
  if (foreground < 0 && background < 0) return 0;
  if (!has_colors()) return 0;
  if (foreground >= COLORS || background >= COLORS) return 0;
  const int pair = alloc_pair(foreground, background);
  return pair < 0 ? 0 : pair;
}

void ccurses_put(int row, int column, uint32_t character, int attributes, int foreground, int background) {
  attr_t a = A_NORMAL;
  if (attributes & CCURSES_BOLD) a |= A_BOLD;
  if (attributes & CCURSES_DIM) a |= A_DIM;
  if (attributes & CCURSES_REVERSE) a |= A_REVERSE;
  if (attributes & CCURSES_UNDERLINE) a |= A_UNDERLINE;
  const wchar_t text[2] = {(wchar_t)character, 0};
  int pair = pair_of(foreground, background);
  cchar_t cell;
  if (setcchar(&cell, text, a, (short)pair, &pair) == OK) mvadd_wch(row, column, &cell);
}

void ccurses_erase(void) { erase(); }

void ccurses_update(void) {
  wnoutrefresh(stdscr);
  doupdate();
}

void ccurses_repaint(void) { clearok(curscr, TRUE); }

void ccurses_fit(void) {
  struct winsize size;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) return;
  // resizeterm would push a resize key, and so call this again for ever.
  if (size.ws_row != LINES || size.ws_col != COLS) resize_term(size.ws_row, size.ws_col);
}

int ccurses_key(void) {
  wint_t key;
  switch (get_wch(&key)) {
  case ERR: return CCURSES_NONE;
  case KEY_CODE_YES:
    switch (key) {
    case KEY_UP: return CCURSES_UP;
    case KEY_DOWN: return CCURSES_DOWN;
    case KEY_LEFT: return CCURSES_LEFT;
    case KEY_RIGHT: return CCURSES_RIGHT;
    case KEY_PPAGE: return CCURSES_PAGE_UP;
    case KEY_NPAGE: return CCURSES_PAGE_DOWN;
    case KEY_HOME: return CCURSES_HOME;
    case KEY_END: return CCURSES_END;
    case KEY_BACKSPACE: return CCURSES_BACKSPACE;
    case KEY_DC: return CCURSES_DELETE;
    case KEY_RESIZE: return CCURSES_RESIZE;
    case KEY_ENTER: return '\n';
    case KEY_F(1): return CCURSES_F1;
    default: return CCURSES_OTHER;
    }
  default: return (int)key;
  }
}
