@echo off
rem ASCII only: cmd.exe reads this file in the code page of its system. What it says in Chinese lies in no-python.txt.
setlocal
if not exist "%~dp0install.py" (
  echo Unpack the whole zip first, then run install.cmd in the unpacked folder.
  pause
  exit /b 1
)
set "PYTHON="
for %%v in (3.13 3.12 3.11) do if not defined PYTHON (
  py -%%v -c "import sys, venv; sys.exit(sys.maxsize < 2**32)" >nul 2>nul && set "PYTHON=py -%%v"
)
if not defined PYTHON (
  python -c "import sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))" >nul 2>nul && set "PYTHON=python"
)
if not defined PYTHON (
  type "%~dp0no-python.txt"
  pause
  exit /b 1
)
%PYTHON% -I "%~dp0install.py" %*
set "ended=%errorlevel%"
if "%~1"=="" pause
exit /b %ended%
