@echo off
rem wasm-chord's commands on Windows: builds what is missing, then runs it. See chord --help.
rem After a change of the sources delete jvm-host\cli\target. Tests and packages are made by ./chord, in Git Bash or WSL.
setlocal EnableExtensions DisableDelayedExpansion
set "root=%~dp0"
if "%root:~-1%"=="\" set "root=%root:~0,-1%"

if "%~1"=="test" goto unix
if "%~1"=="npm" goto unix
if "%~1"=="dist" goto unix
if "%~1"=="docs" goto unix
if "%~1"=="kernels" goto unix

set "java="
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java.exe"
if not defined java for %%j in (java.exe) do set "java=%%~$PATH:j"
if not exist "%java%" goto nojava
set "major=0"
for %%j in ("%java%") do set "release=%%~dpj..\release"
if exist "%release%" for /f "usebackq tokens=1,2 delims==." %%a in ("%release%") do if "%%a"=="JAVA_VERSION" set "major=%%b"
set "major=%major:"=%"
if %major% LSS 25 goto oldjava

call :jar
if defined jar goto built
call :build jvm-host/cli
if errorlevel 1 exit /b 1
call :jar
:built
if not "%~1"=="demo" goto ready
if exist "%root%\web-demo\target\site\index.html" goto ready
call :build web-demo
if errorlevel 1 exit /b 1

:ready
set "vectors="
set "fast=--add-modules jdk.incubator.vector -Djdk.incubator.vector.VECTOR_ACCESS_OOB_CHECK=0"
if "%~1"=="chat" set "vectors=%fast%"
if "%~1"=="run" set "vectors=%fast%"
if "%~1"=="serve" set "vectors=%fast%"
if "%~1"=="embed" set "vectors=%fast%"
if "%~1"=="rerank" set "vectors=%fast%"
if "%~1"=="classify" set "vectors=%fast%"
if "%~1"=="logits" set "vectors=%fast%"
if "%~1"=="perplexity" set "vectors=%fast%"
if "%~1"=="bench" set "vectors=%fast%"
"%java%" -Xmn64m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED %vectors% %CHORD_JAVA_OPTS% "-Dchord.root=%root%" "-Dchord.site=%root%\web-demo\target\site" "-Dchord.demoModel=%root%\models\wasm-chord-demo-q4_k_m.gguf" -cp "%jar%" io.wasmchord.cli.ChordCli %*
exit /b %ERRORLEVEL%

:unix
>&2 echo chord: '%~1' needs ./chord, in Git Bash or WSL
exit /b 1

:nojava
>&2 echo chord: no Java was found; install a JDK of version 25 or later and set JAVA_HOME to it
exit /b 1

:oldjava
>&2 echo chord: %java% is not of version 25 or later; set JAVA_HOME to a JDK that is
exit /b 1

:jar
if not exist "%root%\jvm-host\cli\target" exit /b 0
pushd "%root%\jvm-host\cli\target"
for %%f in (jvm-cli-*.jar) do call :own "%%~ff"
popd
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
