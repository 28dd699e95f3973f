# Read by each bash that an agent starts ($BASH_ENV): a login shell takes its PATH from /etc/profile, where btmsg and bttask are not.
case ":$PATH:" in
  *":$AGOR_BIN:"*) ;;
  *) PATH="$AGOR_BIN:$PATH" ;;
esac
if [ -n "${AGOR_BASH_ENV-}" ] && [ -r "$AGOR_BASH_ENV" ]; then . "$AGOR_BASH_ENV"; fi
