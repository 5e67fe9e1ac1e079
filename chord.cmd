@echo off
rem wasm-chord's commands on Windows: builds what is missing, then runs it. See chord --help.
rem After a change of the sources delete jvm-host\cli\target. Tests and packages are made by ./chord, in Git Bash or WSL.
setlocal EnableExtensions DisableDelayedExpansion
set "root=%~dp0"
if "%root:~-1%"=="\" set "root=%root:~0,-1%"

for %%c in (test npm dist docs kernels) do if "%~1"=="%%c" (
  >&2 echo chord: '%%c' needs ./chord, in Git Bash or WSL
  exit /b 1
)

set "java="
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java.exe"
if not defined java for %%j in (java.exe) do set "java=%%~$PATH:j"
if not exist "%java%" (
  >&2 echo chord: no Java was found; install a JDK of version 25 or later and set JAVA_HOME to it
  exit /b 1
)
set "major="
for /f "tokens=3" %%v in ('""%java%" -version 2>&1 ^| findstr /r /c:"version ""'" ') do for /f "delims=.-+ " %%m in ("%%~v") do set "major=%%m"
if not defined major set "major=0"
if %major% LSS 25 (
  >&2 echo chord: %java% is not of version 25 or later; set JAVA_HOME to a JDK that is
  exit /b 1
)

call :jar
if not defined jar call :build jvm-host/cli || exit /b 1
if not defined jar call :jar
if "%~1"=="demo" if not exist "%root%\web-demo\target\site\index.html" call :build web-demo || exit /b 1

set "vectors="
for %%c in (chat run serve embed rerank classify logits perplexity bench) do if "%~1"=="%%c" set "vectors=--add-modules jdk.incubator.vector -Djdk.incubator.vector.VECTOR_ACCESS_OOB_CHECK=0"
"%java%" -Xmn64m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED %vectors% %CHORD_JAVA_OPTS% "-Dchord.root=%root%" "-Dchord.site=%root%\web-demo\target\site" "-Dchord.demoModel=%root%\models\wasm-chord-demo-q4_k_m.gguf" -cp "%jar%" io.wasmchord.cli.ChordCli %*
exit /b %ERRORLEVEL%

:jar
for %%f in ("%root%\jvm-host\cli\target\jvm-cli-*.jar") do call :own "%%~f"
exit /b 0

:own
set "name=%~n1"
if "%name:sources=%"=="%name%" if "%name:javadoc=%"=="%name%" if "%name:-all=%"=="%name%" set "jar=%~1"
exit /b 0

:build
>&2 echo chord: building %1 (the first time takes some minutes)
set "mvn="
for %%m in (mvn.cmd) do set "mvn=%%~$PATH:m"
if not defined mvn set "mvn=%root%\mvnw.cmd"
pushd "%root%"
call "%mvn%" -B -q -Dquickly -DskipTests -pl %1 -am package
set "built=%ERRORLEVEL%"
popd
exit /b %built%
