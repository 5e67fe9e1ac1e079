#!/bin/sh
# wasm-chord in one file: a jar behind this script. Where there is no such shell: java -jar FILE.
version() {
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null
}
case "$1" in
  chat|run|serve|embed|rerank|classify|logits|perplexity|bench)
    vectors='--add-modules jdk.incubator.vector -Djdk.incubator.vector.VECTOR_ACCESS_OOB_CHECK=0' ;;
  *) vectors='' ;;
esac
path=$(command -v java) && path=$(readlink -f "$path" 2>/dev/null || echo "$path")
for home in "$JAVA_HOME" "${path%/bin/java}" /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
  if [ -x "$home/bin/java" ] && [ "$(version "$home")" -ge 25 ] 2>/dev/null; then
    # shellcheck disable=SC2086
    exec "$home/bin/java" -Xmn64m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED $vectors $CHORD_JAVA_OPTS -jar "$0" "$@"
  fi
done
echo "chord: no Java of version 25 or later was found; install one (for example Eclipse Temurin 25) and set JAVA_HOME to it" >&2
exit 1
