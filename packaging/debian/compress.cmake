# CPack runs this before it makes packages. In Debian, manual pages and changelogs are compressed,
# without a time in them.
file(GLOB_RECURSE files ${CPACK_TEMPORARY_DIRECTORY}/*)
list(FILTER files INCLUDE REGEX "/man/man1/|/changelog")
execute_process(COMMAND gzip -9n ${files} COMMAND_ERROR_IS_FATAL ANY)
