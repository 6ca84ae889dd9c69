@echo off
rem The asyncwith command for Windows: the twin of ./asyncwith, from which it differs in nothing but this:
rem `new` installs the library each time, and Maven's version is checked by the build itself.
setlocal EnableExtensions DisableDelayedExpansion
set "root=%~dp0"
set "root=%root:~0,-1%"
set "shared=%root%\cli\launcher"
set "state=%root%\target\launcher"
set "app=%root%\cli\target\app"
set "lib=%root%\cli\target\lib"
set "helper=powershell -NoProfile -ExecutionPolicy Bypass -File "%shared%\windows.ps1""
set "without_tests=-Dmaven.test.skip -Djacoco.skip -Dmaven.javadoc.skip -Dspotless.check.skip"

set "word=%~1"
set "target=%~2"
set "third=%~3"
set "all=%*"
rem %%1 and its like are split at = and comma too: what goes on to Maven or java is cut from the whole line
set "rest="
for /f "tokens=1*" %%a in ("%all%") do set "rest=%%b"

if not defined word goto help
if "%word%"=="-h" goto help
if "%word%"=="--help" goto help
if "%word%"=="-V" goto version
if "%word%"=="--version" goto version
if "%word:~0,1%"=="-" goto unknown_option
if "%word%"=="run" goto run
if "%word%"=="new" goto new
if "%word%"=="verify" goto verify
findstr /b /c:"  %word% " "%shared%\help.txt" >nul || goto unknown_command
goto cli

:help
type "%shared%\help.txt"
exit /b 0

:version
for /f "delims=" %%v in ('%helper% property version') do echo asyncwith %%v
exit /b 0

:unknown_option
>&2 echo asyncwith: unknown option: %word%. There is:
goto unknown

:unknown_command
>&2 echo asyncwith: unknown command: %word%. There is:

:unknown
for /f "tokens=1" %%c in ('findstr /r /c:"^  [a-z][a-z]* " "%shared%\help.txt"') do >&2 echo   asyncwith %%c
>&2 echo   asyncwith --help
exit /b 2

:cli
call :find_jdk || exit /b 2
call :build || exit /b
call :utf8
"%jdk%\bin\java" %java_options% -p "%app%;%lib%" -m dev.asyncwith.cli/dev.asyncwith.cli.Main %all%
goto done

:run
if not defined target call :say "run: which file? For instance: asyncwith run Hello.java" & exit /b 2
if "%target:~0,1%"=="-" call :say "run: unknown option %target%; the first argument is the Java file" & exit /b 2
if not exist "%target%" call :say "run: there is no file %target% in %CD%; check the name" & exit /b 2
if exist "%target%\" call :say "run: %target% is not a file; name the Java file in it that has the main method" & exit /b 2
if /i not "%target:~-5%"==".java" call :say "run: %target% is not Java source; the name must end in .java" & exit /b 2
call :find_jdk || exit /b 2
call :build || exit /b
call :utf8
"%jdk%\bin\java" %java_options% -cp "%lib%\*" %rest%
goto done

:new
if not defined target call :say "new: which folder? For instance: asyncwith new hello" & exit /b 2
if defined third call :say "new: one folder, not more" & exit /b 2
if "%target:~0,1%"=="-" call :say "new: unknown option %target%; the argument is the new folder" & exit /b 2
if exist "%target%" if not exist "%target%\" call :say "new: %target% is a file; name a folder that is empty or not there yet" & exit /b 2
for /f "delims=" %%f in ('dir /a /b "%target%" 2^>nul') do call :say "new: %target% is not empty; name a folder that is empty or not there yet" & exit /b 2
call :find_jdk || exit /b 2
>&2 echo installing AsyncWith into the local Maven repository ...
call :maven install -pl ":asyncwith-parent,bom,core,files,http,testing" install || exit /b
xcopy /e /i /h /q "%shared%\new" "%target%" >nul
if errorlevel 1 goto new_failed
for %%d in ("%target%") do set "folder=%%~fd"
%helper% fill "%shared%\new\pom.xml" "%folder%\pom.xml" || goto new_failed
%helper% fill "%shared%\new\README.md" "%folder%\README.md" || goto new_failed
echo wrote a Maven project into %target%; run it:
echo   cd "%target%"
echo   mvn -q compile exec:exec
exit /b 0

:new_failed
call :say "new: could not write the project into %target%"
exit /b 1

:verify
call :find_jdk || exit /b 2
call :find_maven || exit /b 2
set "since=%TEMP%\asyncwith-%RANDOM%%RANDOM%"
type nul >"%since%"
setlocal
set "JAVA_HOME=%jdk%"
pushd "%root%"
call "%mvn%" -B -ntp verify %rest% <nul
set "code=%ERRORLEVEL%"
popd
%helper% summary "%since%"
if errorlevel 1 if "%code%"=="0" call :say "verify: no test was run; leave out what skips them" & set "code=1"
del "%since%"
exit /b %code%

rem ---- what the commands share

:say
>&2 echo asyncwith: %~1
exit /b 0

:find_jdk
rem sets jdk
set "jdk="
for /f "delims=" %%v in ('%helper% property maven.compiler.release') do set "need=%%v"
if defined JAVA_HOME call :try_jdk "%JAVA_HOME%"
for /f "delims=" %%j in ('where java 2^>nul') do call :try_jdk "%%~dpj.."
if not defined ASYNCWITH_JDKS set "ASYNCWITH_JDKS=%ProgramFiles%\Eclipse Adoptium;%ProgramFiles%\Java;%ProgramFiles%\Microsoft;%ProgramFiles%\Zulu;%ProgramFiles%\Amazon Corretto;%USERPROFILE%\.jdks"
for %%r in ("%ASYNCWITH_JDKS:;=" "%") do for /d %%d in ("%%~r\*") do call :try_jdk "%%~d"
if defined jdk exit /b 0
>&2 echo asyncwith: no JDK %need% or later found. Looked for bin\javac.exe of that version:
>&2 echo   in JAVA_HOME         %JAVA_HOME%
>&2 echo   beside java on PATH
>&2 echo   in the folders       %ASYNCWITH_JDKS%
>&2 echo Install one, or point JAVA_HOME at one:
>&2 echo   winget install EclipseAdoptium.Temurin.%need%.JDK
exit /b 2

:try_jdk
if defined jdk exit /b 0
if not exist "%~1\bin\javac.exe" exit /b 0
if not exist "%~1\release" exit /b 0
set "version="
for /f "tokens=2 delims==.-" %%v in ('findstr /b /c:"JAVA_VERSION=" "%~1\release"') do set version=%%v
if not defined version exit /b 0
set "version=%version:"=%"
if %version% GEQ %need% set "jdk=%~f1"
exit /b 0

:find_maven
rem sets mvn
set "mvn="
for /f "delims=" %%m in ('where mvn.cmd 2^>nul') do if not defined mvn set "mvn=%%m"
if not defined mvn if defined MAVEN_HOME if exist "%MAVEN_HOME%\bin\mvn.cmd" set "mvn=%MAVEN_HOME%\bin\mvn.cmd"
if not defined mvn if defined M2_HOME if exist "%M2_HOME%\bin\mvn.cmd" set "mvn=%M2_HOME%\bin\mvn.cmd"
if defined mvn exit /b 0
>&2 echo asyncwith: no Maven found. Looked for mvn.cmd on PATH and for bin\mvn.cmd in MAVEN_HOME and M2_HOME.
>&2 echo Install one (scoop install maven, or choco install maven), or put one on PATH.
exit /b 2

:maven
rem maven NAME ARGUMENTS: without tests; the output goes to target\launcher\NAME.log
call :find_maven || exit /b 2
if not exist "%state%" mkdir "%state%"
set "log=%state%\%~1.log"
setlocal
set "JAVA_HOME=%jdk%"
pushd "%root%"
call "%mvn%" -B -ntp %without_tests% %2 %3 %4 %5 >"%log%" 2>&1 <nul
set "code=%ERRORLEVEL%"
popd
if "%code%"=="0" exit /b 0
>&2 echo asyncwith: the build failed:
>&2 findstr /b /c:"[ERROR]" "%log%"
>&2 echo asyncwith: the whole output of Maven is in %log%
exit /b 1

:build
rem the command and the library, into cli\target\app and cli\target\lib, if the sources, the JDK or the result changed
if not exist "%state%" mkdir "%state%"
%helper% sums "%app%;%lib%" "%jdk%" >"%state%\now"
if exist "%state%\build.stamp" fc /b "%state%\now" "%state%\build.stamp" >nul && exit /b 0
>&2 echo building AsyncWith (first run takes a minute) ...
if exist "%state%\build.stamp" del "%state%\build.stamp"
if exist "%app%" rmdir /s /q "%app%"
if exist "%lib%" rmdir /s /q "%lib%"
call :maven build -pl cli -am package || exit /b
%helper% sums "%app%;%lib%" "%jdk%" >"%state%\build.stamp"
exit /b 0

:utf8
rem the console shows UTF-8 while the program runs
set "java_options=-Dstdin.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8"
for /f "tokens=2 delims=:." %%c in ('chcp') do set "codepage=%%c"
chcp 65001 >nul
exit /b 0

:done
set "code=%ERRORLEVEL%"
chcp %codepage% >nul
exit /b %code%
